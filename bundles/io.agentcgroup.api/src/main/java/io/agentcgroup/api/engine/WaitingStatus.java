package io.agentcgroup.api.engine;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.policy.WaitingCall;
import java.util.List;

/**
 * A call that waits at the gate, as it is now.
 *
 * @param call the call
 * @param intents what each provider said
 * @param waiting why and how long it waits
 * @param explanation how the intents were weighed
 */
public record WaitingStatus(ToolCall call, List<Intent> intents, WaitingCall waiting, Explanation explanation) {

    public WaitingStatus {
        intents = List.copyOf(intents);
    }
}
