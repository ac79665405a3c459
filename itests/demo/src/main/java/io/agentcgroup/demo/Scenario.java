package io.agentcgroup.demo;

import io.agentcgroup.api.Priority;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What both arms run: the same agents, the same commands, the same budget for each session.
 *
 * @param memoryBytes what each session may have
 * @param pids how many processes each session may have
 * @param agents the three agents
 */
record Scenario(long memoryBytes, int pids, List<AgentSpec> agents) {

    /** What an agent holds with its interpreter: {@code context_mib} of the scripts and 10 more. */
    private static final long AGENT_MIB = 155;

    /** More than an agent, so that without AgentCgroup it is what the kernel takes first. */
    private static final long INDEX_MIB = 170;

    /** What a worker has of its own before it loads anything. */
    private static final long WORKER_BASE_MIB = 5;

    private static final int WORKERS = 8;

    /** Long enough for the innocent calls that come while every place is taken, also on an emulated machine. */
    private static final int SPREAD_SECONDS = 6;

    /** Room for an agent, its index, a guilty call beside them, and the files that all of them read. */
    private static final long LEAST_MIB = 480;

    /**
     * The sizes of the guilty calls follow the budget, so that each stays as guilty as it is meant to be.
     *
     * @throws IllegalArgumentException if the budget is too small for the innocent ones
     */
    static Scenario of(long memoryBytes, int pids) throws IOException {
        long budget = memoryBytes >> 20;
        if (budget < LEAST_MIB) {
            throw new IllegalArgumentException("a session needs at least " + LEAST_MIB + " MiB for its agent and its index");
        }
        Map<String, String> values = Map.of(
                "index_mib", Long.toString(INDEX_MIB),
                // A quarter more than it needs: nobody knows to the byte.
                "declared_mib", Long.toString(INDEX_MIB * 5 / 4),
                // With the agent more than the budget, each smaller than the agent.
                "worker_mib", Long.toString((budget - 100) / WORKERS),
                // Fit beside the agent, not beside agent and index.
                "small_worker_mib", Long.toString((budget - AGENT_MIB - INDEX_MIB / 2) / WORKERS - WORKER_BASE_MIB),
                // What somebody declares who thought of two workers only.
                "too_little_mib", Long.toString((budget - AGENT_MIB - INDEX_MIB / 2) / WORKERS * 2),
                "spread_processes", Integer.toString(pids * 2),
                "spread_seconds", Integer.toString(SPREAD_SECONDS));
        return new Scenario(memoryBytes, pids, List.of(
                AgentSpec.load("build", Priority.HIGH, values),
                AgentSpec.load("data", Priority.LOW, values),
                AgentSpec.load("ops", Priority.LOW, values)));
    }
}
