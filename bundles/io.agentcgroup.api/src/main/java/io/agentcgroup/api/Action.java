package io.agentcgroup.api;

import java.time.Duration;

/**
 * What a policy wants done. The engine checks it, carries it out, bounds it and takes it back; a policy does nothing itself.
 *
 * <p>{@link SoftLimit}, {@link Delay} and {@link Freeze} put a call on a {@link Rung}: one at a time, the later takes the place of
 * the earlier. When the bound is reached, the engine asks the policy once more ({@link Pressure.Kind#RUNG_EXPIRED}) and lets the call
 * go if that says nothing else about it.
 */
public sealed interface Action {

    /** @return the call that it is about */
    CallId call();

    /** @return one sentence for people and for the journal */
    String reason();

    /** New values for a running call, for good; what they do not say stays as it is. */
    record SetLimits(CallId call, Limits limits, String reason) implements Action {
    }

    /**
     * A soft limit ({@code memory.high}) other than that of the grant, for a while: above it the call is slowed down.
     *
     * @param highBytes the limit
     * @param atMost when the grant's own holds again, whatever happens; positive
     */
    record SoftLimit(CallId call, long highBytes, Duration atMost, String reason) implements Action {
    }

    /**
     * Slow the call down inside the kernel, as the tier can: off the CPU, or at each charge of memory. Where the tier cannot, a soft
     * limit at what the call uses now stands in.
     *
     * @param atMost when to let it go, whatever happens; positive
     */
    record Delay(CallId call, Duration atMost, String reason) implements Action {
    }

    /**
     * Stop the call's processes, for a while.
     *
     * @param atMost when to let them go, whatever happens; positive
     */
    record Freeze(CallId call, Duration atMost, String reason) implements Action {
    }

    /** Take the call down from whatever rung it stands on: it goes on as it was granted. */
    record Release(CallId call, String reason) implements Action {
    }

    /** Ask the kernel to take {@code bytes} back from the call: to swap, or from its files. The call's rung stays as it is. */
    record Reclaim(CallId call, long bytes, String reason) implements Action {
    }

    /** Tell the agent {@code text}, one line, while the call goes on. */
    record Tell(CallId call, String text, String reason) implements Action {
    }

    /** End the call, and only the call. */
    record EndCall(CallId call, String reason) implements Action {
    }
}
