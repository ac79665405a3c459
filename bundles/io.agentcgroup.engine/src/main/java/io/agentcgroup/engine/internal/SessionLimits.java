package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import java.util.OptionalLong;

/**
 * The limits of a session's standing domains.
 *
 * @param reserveBytes what is protected for the agent's own runtime
 */
record SessionLimits(Limits session, Limits agent, Limits background, Limits services, long reserveBytes) {

    /** The agent's runtime answers people: before its calls when CPUs are short. */
    private static final int AGENT_CPU_WEIGHT = 300;
    private static final int SERVICES_CPU_WEIGHT = 100;
    /** What was left running is nobody's hurry. */
    private static final int BACKGROUND_CPU_WEIGHT = 25;
    /** More than a quarter of a small budget would leave nothing for calls. */
    private static final int RESERVE_SHARE = 4;
    private static final int PROTECTED_SHARE = 2;

    static SessionLimits of(Session session, Settings settings, OptionalLong hostBudget) {
        OptionalLong budget = session.memoryBudgetBytes().isPresent() ? session.memoryBudgetBytes() : hostBudget;
        long reserve = Math.min(settings.agentReserveBytes(), budget.orElse(Long.MAX_VALUE) / RESERVE_SHARE);
        // The kernel protects a child only as far as its parent is protected.
        Limits.Builder node = Limits.builder()
                .memoryMinBytes(reserve)
                .memoryMaxBytes(session.memoryBudgetBytes().orElse(Limits.UNLIMITED))
                .cpuWeight(settings.cpuWeights().of(session.priority()))
                .pidsMax(session.pidsBudget().orElse(Limits.UNLIMITED));
        // As far as its calls are protected by their grants; of an unbounded session at most half of all. Said for others too: it may have been high.
        node.memoryLowBytes(session.priority() == Priority.HIGH
                ? session.memoryBudgetBytes().orElse(hostBudget.orElse(0) / PROTECTED_SHARE) : 0);
        Limits.Builder background = Limits.builder().cpuWeight(BACKGROUND_CPU_WEIGHT);
        if (budget.isPresent()) {
            background.memoryMaxBytes(Math.max(Settings.LEAST_BUDGET_BYTES,
                    budget.getAsLong() / 100 * settings.backgroundPercent()));
        }
        return new SessionLimits(node.build(),
                Limits.builder().memoryMinBytes(reserve).cpuWeight(AGENT_CPU_WEIGHT).build(),
                background.build(),
                Limits.builder().cpuWeight(SERVICES_CPU_WEIGHT).build(),
                reserve);
    }
}
