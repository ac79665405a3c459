package io.agentcgroup.replay;

import java.util.Locale;

/** As what a recorded run is done again. */
public enum Shape {
    /** One process that follows the memory of the whole run. */
    CONTAINER,
    /** An agent that holds what is not inside calls, and each shell call a call of its own. */
    CALLS;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
