package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Priority;

/** {@code oom_score_adj} of first processes, which their children inherit: who is chosen first when a whole session or the host is short. */
final class OomScore {

    /** Last of all, but never exempt: an agent over its own budget must stay killable, or the kernel finds no victim for ever. */
    static final int AGENT = -900;

    private static final int CALL_HIGH = 0;
    private static final int CALL_NORMAL = 200;
    private static final int CALL_LOW = 400;

    private OomScore() {
    }

    static int of(Priority priority) {
        return switch (priority) {
            case HIGH -> CALL_HIGH;
            case NORMAL -> CALL_NORMAL;
            case LOW -> CALL_LOW;
        };
    }
}
