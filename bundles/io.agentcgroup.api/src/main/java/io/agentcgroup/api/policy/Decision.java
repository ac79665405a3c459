package io.agentcgroup.api.policy;

import io.agentcgroup.api.Grant;
import java.time.Duration;

/** What a policy says to a call at the gate. A call is never refused: at worst it gets less, or later. */
public sealed interface Decision {

    /** @return the answer that lets the call begin */
    static Decision admit(Grant grant) {
        return new Admit(grant);
    }

    /**
     * The call begins.
     *
     * @param grant with this
     */
    record Admit(Grant grant) implements Decision {
    }

    /**
     * The call waits at the gate. The policy is asked again when there may be room: a call ended, memory was given back, a grant
     * became smaller. The agent is told after a second why, and its place.
     *
     * @param wanted what it would be given if there were room
     * @param otherwise what it is given when the time is up and the policy still has no better answer
     * @param atMost how long to wait from now on, positive; counted from the first such answer, later ones can only shorten it
     * @param reason one sentence for the agent, with numbers
     */
    record Wait(Grant wanted, Grant otherwise, Duration atMost, String reason) implements Decision {
    }
}
