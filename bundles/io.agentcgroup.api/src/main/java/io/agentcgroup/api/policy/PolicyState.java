package io.agentcgroup.api.policy;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Session;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a policy may know when it decides.
 *
 * @param session the session in question
 * @param sessionMemoryBytes what the session uses now; empty where the kernel does not say
 * @param running the grants of the session's running calls
 * @param hostBudgetBytes what all sessions together may use; empty where nothing bounds them
 * @param hostMemoryBytes what all sessions together use now; empty where the kernel does not say
 * @param agentReserveBytes what of the session's budget is kept for the agent's own runtime
 */
public record PolicyState(Session session, OptionalLong sessionMemoryBytes, Map<CallId, Grant> running,
        OptionalLong hostBudgetBytes, OptionalLong hostMemoryBytes, long agentReserveBytes) {

    public PolicyState {
        running = Map.copyOf(running);
    }
}
