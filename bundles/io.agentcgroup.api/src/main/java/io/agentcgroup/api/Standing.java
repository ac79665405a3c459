package io.agentcgroup.api;

import java.time.Duration;

/**
 * Where a call stands on the ladder. The engine keeps it, so that policies need no memory.
 *
 * @param rung where it stands
 * @param sinceNs since when, on {@code CLOCK_MONOTONIC}; of {@link Rung#FREE} since it was let go or began
 * @param untilNs when the rung's bound is reached, on {@code CLOCK_MONOTONIC}; {@link Long#MAX_VALUE} of {@link Rung#FREE}
 * @param times how often it was put on a rung since it began
 * @param held for how long it stood on rungs in all, the present one left out
 * @param told how often the agent was told while the call was held
 * @param restUntilNs it is not frozen again before, on {@code CLOCK_MONOTONIC}: a call that was frozen runs for a while, so that it gets on
 */
public record Standing(Rung rung, long sinceNs, long untilNs, int times, Duration held, int told, long restUntilNs) {

    /** @return of a call that was never held */
    public static Standing free(long sinceNs) {
        return new Standing(Rung.FREE, sinceNs, Long.MAX_VALUE, 0, Duration.ZERO, 0, Long.MIN_VALUE);
    }

    /** @return whether it may be frozen, or go on being frozen */
    public boolean mayFreeze(long nowNs) {
        return rung == Rung.FREEZE ? nowNs < untilNs : nowNs >= restUntilNs;
    }

    /** @return for how long it has stood there */
    public Duration since(long nowNs) {
        return Duration.ofNanos(Math.max(0, nowNs - sinceNs));
    }

    /** @return for how long it was held in all, the present rung too */
    public Duration heldInAll(long nowNs) {
        return rung == Rung.FREE ? held : held.plus(since(nowNs));
    }
}
