package io.agentcgroup.api.policy;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import java.time.Duration;
import java.util.List;

/**
 * A call at the gate.
 *
 * @param call the call
 * @param intent what the intents amount to together: advice of the agent counts as far as it has proved right
 * @param intents what each provider said, in ranking order
 * @param session the call's session as it is now
 * @param state the host and all sessions as they are now; calls that wait and go first are in it
 * @param waited how long the call has waited already
 * @param timeIsUp whether it may not wait any longer
 */
public record AdmissionRequest(ToolCall call, Intent intent, List<Intent> intents, SessionState session, PolicyState state,
        Duration waited, boolean timeIsUp) {

    public AdmissionRequest {
        intents = List.copyOf(intents);
    }

    /** A call that has just come. */
    public AdmissionRequest(ToolCall call, Intent intent, List<Intent> intents, SessionState session, PolicyState state) {
        this(call, intent, intents, session, state, Duration.ZERO, false);
    }
}
