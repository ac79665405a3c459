package io.agentcgroup.api.policy;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import java.util.List;

/**
 * A call at the gate.
 *
 * @param call the call
 * @param intent the parts of {@code intents} merged: each part from the first provider that says it
 * @param intents what each provider said, in ranking order
 * @param state the host and the session as they are now
 */
public record AdmissionRequest(ToolCall call, Intent intent, List<Intent> intents, PolicyState state) {

    public AdmissionRequest {
        intents = List.copyOf(intents);
    }
}
