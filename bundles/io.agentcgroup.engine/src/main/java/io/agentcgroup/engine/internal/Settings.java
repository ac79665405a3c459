package io.agentcgroup.engine.internal;

import static io.agentcgroup.api.config.Checked.bytes;
import static io.agentcgroup.api.config.Checked.inRange;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.config.CpuWeights;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The configuration, checked.
 *
 * @param hostMemoryPercent of the host's memory for all sessions together; used when {@code hostMemoryBytes} is empty
 * @param sessionMemoryBytes budget of a session that asks for none; empty for none
 * @param sessionPids processes of a session that does not say
 * @param agentReserveBytes of a session's budget for the agent's own runtime
 * @param backgroundPercent of a session's budget for what calls leave running
 * @param cpuWeights of sessions
 * @param grace how long processes may take to leave after their leader
 * @param stallTold after that much stall at {@code memory.high} the agent is told
 * @param freezeMost no freeze is longer, whatever a policy says
 * @param rungMost no call stands on any other rung for longer without being looked at again
 * @param waitMost no call waits at the gate for longer, whatever a policy says
 * @param aging after so much waiting a call goes before those of the next higher priority
 * @param shortPercent the host is short when less of its budget is left, in percent
 * @param pluginBudget how long the policies and providers may take over one call
 * @param pluginFaults after so many faults within ten minutes a policy or provider is not asked any more
 * @param idleAfterRestart an adopted session in which nothing runs and to which nobody comes is closed after that
 */
record Settings(int hostMemoryPercent, OptionalLong hostMemoryBytes, OptionalLong sessionMemoryBytes, long sessionPids,
        Priority sessionPriority, LeftoverPolicy leftovers, long agentReserveBytes, int backgroundPercent, CpuWeights cpuWeights,
        Duration grace, Duration stallTold, Duration freezeMost, Duration rungMost, Duration waitMost, Duration aging, int shortPercent,
        Duration pluginBudget, int pluginFaults, Duration idleAfterRestart) {

    /** Below that not even a shell and its agent start. */
    static final long LEAST_BUDGET_BYTES = 32L << 20;
    /** Threads count too: a runtime alone has a dozen. */
    static final long LEAST_PIDS = 32;

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(EngineConfig config) {
        String host = config.host_memory().strip();
        boolean percent = host.endsWith("%");
        return new Settings(
                percent ? inRange("host.memory", number("host.memory", host.substring(0, host.length() - 1)), 1, 100) : 0,
                percent ? OptionalLong.empty() : OptionalLong.of(bytes("host.memory", host, LEAST_BUDGET_BYTES)),
                config.session_memory().isBlank() ? OptionalLong.empty()
                        : OptionalLong.of(bytes("session.memory", config.session_memory(), LEAST_BUDGET_BYTES)),
                inRange("session.pids", config.session_pids(), (int) LEAST_PIDS, Integer.MAX_VALUE),
                word("session.priority", config.session_priority(), Priority.class),
                new LeftoverPolicy(word("leftovers", config.leftovers(), LeftoverPolicy.Mode.class), Duration.ofSeconds(
                        inRange("leftovers.keep.s", config.leftovers_keep_s(), 1, 7 * 24 * 3600))),
                bytes("agent.reserve", config.agent_reserve(), 1L << 20),
                inRange("background.percent", config.background_percent(), 1, 100),
                new CpuWeights(config.cpu_weight_high(), config.cpu_weight_normal(), config.cpu_weight_low()),
                Duration.ofMillis(inRange("grace.ms", config.grace_ms(), 0, 10_000)),
                Duration.ofSeconds(inRange("stall.told.s", config.stall_told_s(), 1, 3600)),
                Duration.ofMillis(inRange("freeze.most.ms", config.freeze_most_ms(), 1, 600_000)),
                Duration.ofMillis(inRange("rung.most.ms", config.rung_most_ms(), 1, 600_000)),
                Duration.ofSeconds(inRange("wait.most.s", config.wait_most_s(), 1, 3600)),
                Duration.ofSeconds(inRange("wait.aging.s", config.wait_aging_s(), 1, 3600)),
                inRange("host.short.percent", config.host_short_percent(), 0, 90),
                Duration.ofMillis(inRange("plugin.budget.ms", config.plugin_budget_ms(), 1, 10_000)),
                inRange("plugin.faults", config.plugin_faults(), 1, 1_000),
                Duration.ofSeconds(inRange("idle.after.restart.s", config.idle_after_restart_s(), 1, 24 * 3600)));
    }

    /** @return the host is short when less than that is left */
    long shortBytes(long budget) {
        return budget / 100 * shortPercent;
    }

    /** @return what all sessions together may use; empty where the host's memory is unknown */
    OptionalLong hostBudget(OptionalLong hostMemory) {
        if (hostMemoryBytes.isPresent() || hostMemory.isEmpty()) {
            return hostMemoryBytes;
        }
        return OptionalLong.of(hostMemory.getAsLong() / 100 * hostMemoryPercent);
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a share such as 90% or a size such as 12g, not \"" + text + "%\"", e);
        }
    }

    private static <T extends Enum<T>> T word(String name, String value, Class<T> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is one of "
                        + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT) + ", not \"" + value + "\""));
    }
}
