package io.agentcgroup.api.policy;

import io.agentcgroup.api.Session;
import java.util.List;
import java.util.OptionalLong;

/**
 * A session at one moment.
 *
 * @param session the session
 * @param memoryBytes what it uses, agent, calls and leftovers together; empty where the kernel does not say
 * @param growthBytesPerS how fast that grows, over the last looks; negative when it shrinks
 * @param agentReserveBytes what of its budget is kept for the agent's own runtime
 * @param standingBytes what the agent's runtime, services and leftovers hold of it, files left out; empty where the kernel does not say, and
 *         of a session without a budget
 * @param calls its running calls, in the order in which they began
 */
public record SessionState(Session session, OptionalLong memoryBytes, long growthBytesPerS, long agentReserveBytes, OptionalLong standingBytes,
        List<CallState> calls) {

    public SessionState {
        calls = List.copyOf(calls);
    }

    /** One of which nothing is known but its calls. */
    public SessionState(Session session, OptionalLong memoryBytes, long growthBytesPerS, long agentReserveBytes, List<CallState> calls) {
        this(session, memoryBytes, growthBytesPerS, agentReserveBytes, OptionalLong.empty(), calls);
    }

    /** @return what no call can have: what is kept for the agent, or what stands in the session beside calls if that is more */
    public long asideBytes() {
        return Math.max(agentReserveBytes, standingBytes.orElse(0));
    }

    /**
     * @return what one call of it can have at most: its budget, or the host's, less what is kept for the agent, but at least half; empty
     *         where nothing bounds it
     */
    public OptionalLong ceilingBytes(HostState host) {
        long budget = Math.min(session.memoryBudgetBytes().orElse(Long.MAX_VALUE), host.budgetBytes().orElse(Long.MAX_VALUE));
        return budget == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(budget - agentReserveBytes, budget / 2));
    }

    /** @return what is left of its own budget; empty where it has none or the kernel does not say */
    public OptionalLong leftBytes() {
        return session.memoryBudgetBytes().isEmpty() || memoryBytes.isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, session.memoryBudgetBytes().getAsLong() - memoryBytes.getAsLong()));
    }
}
