package io.agentcgroup.engine.internal;

import java.time.Duration;
import java.util.OptionalLong;

/** Decides when an agent is told that its call is held up: after a while, then after twice that, and so on. Not thread-safe. */
final class Stalls {

    private long tellAtUs;

    Stalls(Duration first) {
        tellAtUs = first.toNanos() / 1_000;
    }

    /**
     * @param stalledUs how long some process of the call has waited for memory, in all
     * @return whether it is time to tell
     */
    boolean worthTelling(OptionalLong stalledUs) {
        if (stalledUs.isEmpty() || stalledUs.getAsLong() < tellAtUs) {
            return false;
        }
        while (tellAtUs <= stalledUs.getAsLong()) {
            tellAtUs *= 2;
        }
        return true;
    }
}
