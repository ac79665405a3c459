package io.agentcgroup.api;

import java.time.Duration;

/** What a policy wants done. The engine carries it out, bounds it and takes it back; a policy does nothing itself. */
public sealed interface Action {

    /** @return the call that it is about */
    CallId call();

    /** @return one sentence for people and for the journal */
    String reason();

    /** New values for a running call; what they do not say stays as it is. */
    record SetLimits(CallId call, Limits limits, String reason) implements Action {
    }

    /**
     * Stop the call's processes, for a while.
     *
     * @param atMost when to let them go, whatever happens; positive
     */
    record Freeze(CallId call, Duration atMost, String reason) implements Action {
    }

    /** Let the call's processes go on. */
    record Thaw(CallId call, String reason) implements Action {
    }

    /** Ask the kernel to take {@code bytes} back from the call. */
    record Reclaim(CallId call, long bytes, String reason) implements Action {
    }

    /** Tell the agent {@code text}, one line, while the call goes on. */
    record Tell(CallId call, String text, String reason) implements Action {
    }

    /** End the call, and only the call. */
    record EndCall(CallId call, String reason) implements Action {
    }
}
