package io.agentcgroup.metrics.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.TierInForce;
import io.agentcgroup.api.engine.ToolCalls;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** What the services say, in base units: bytes and seconds. Labels hold names of sessions and plug-ins, never commands. */
final class Sources {

    private static final double US_PER_S = 1e6;
    private static final double NS_PER_S = 1e9;
    private static final String TOTAL = "_total";
    private static final String NANOSECONDS = "_ns";
    private static final int LONGEST_LABEL = 80;

    private final Metrics metrics;

    Sources(Metrics metrics) {
        this.metrics = metrics;
    }

    /** @param engine the service properties of the engine, which has the operator's word on tiers; null without it */
    void host(String version, List<Enforcer> enforcers, Map<String, Object> engine) {
        Tier tier = TierInForce.of(enforcers, engine).tier();
        metrics.gauge("build_info", "Version, tier and kernel; always 1.", 1, "version", version, "tier", tier.label(), "kernel", System.getProperty("os.version"));
    }

    void tree(CgroupTree tree) {
        Usage usage = tree.rootUsage();
        bytes("memory_bytes", "Memory of all sessions.", usage.memoryCurrentBytes());
        bytes("memory_peak_bytes", "The most that all sessions had at once.", usage.memoryPeakBytes());
        tree.info().hostMemoryBytes().ifPresent(bytes -> metrics.gauge("host_memory_bytes", "Memory of the host.", bytes));
        seconds("cpu_seconds", "CPU time of all sessions.", usage.cpuUsageUs());
        seconds("memory_stall_seconds", "Time in which tasks of the sessions waited for memory.", usage.memoryStallSomeUs(), "tasks", "some");
        seconds("memory_stall_seconds", "Time in which tasks of the sessions waited for memory.", usage.memoryStallFullUs(), "tasks", "all");
    }

    void sessions(List<SessionStatus> sessions) {
        metrics.gauge("sessions", "Open sessions.", sessions.size());
        sessions.forEach(this::session);
    }

    private void session(SessionStatus status) {
        String[] name = {"session", status.session().name().value()};
        Usage usage = status.usage();
        metrics.gauge("session_info", "A session's priority; always 1.", 1, "session", name[1], "priority", label(status.session().priority()));
        bytes("session_memory_bytes", "Memory of a session.", usage.memoryCurrentBytes(), name);
        bytes("session_memory_peak_bytes", "The most that a session had at once.", usage.memoryPeakBytes(), name);
        bytes("session_memory_budget_bytes", "What a session may have.", status.session().memoryBudgetBytes(), name);
        bytes("session_agent_memory_bytes", "Memory of a session's agent itself.", status.agentUsage().memoryCurrentBytes(), name);
        usage.pidsCurrent().ifPresent(pids -> metrics.gauge("session_processes", "Processes and threads of a session.", pids, name));
        metrics.gauge("session_calls_running", "Calls that run in a session.", status.runningCalls(), name);
        seconds("session_cpu_seconds", "CPU time of a session.", usage.cpuUsageUs(), name);
        seconds("session_memory_stall_seconds", "Time in which some task of a session waited for memory.", usage.memoryStallSomeUs(), name);
        metrics.counter("session_calls_ended", "Calls of a session that ended.", status.endedCalls(), name);
        events(status.events(), name[1]);
    }

    private void events(DomainEvents events, String session) {
        Map.of("high", events.high(), "max", events.max(), "oom_kill", events.oomKill(), "pids_max", events.pidsMax())
                .forEach((kind, count) -> metrics.counter("session_limit_events", "What happened at the limits of a session and its calls.", count,
                        "session", session, "event", kind));
    }

    void calls(ToolCalls calls) {
        List<CallStatus> running = calls.running();
        metrics.gauge("calls_running", "Calls that run.", running.size());
        metrics.gauge("calls_waiting", "Calls that wait at the gate.", calls.waiting().size());
        for (Rung rung : Rung.values()) {
            metrics.gauge("calls_on_rung", "Running calls by where they stand on the ladder.",
                    running.stream().filter(call -> call.standing().rung() == rung).count(), "rung", label(rung));
        }
    }

    /** @param counters names that end in {@code _total} */
    void counters(String prefix, Map<String, Long> counters) {
        counters.forEach((key, value) -> {
            String name = prefix + (key.endsWith(TOTAL) ? key.substring(0, key.length() - TOTAL.length()) : key);
            String help = "Counter " + key + " of the daemon; as \"agentcgroup status\" shows it.";
            if (name.endsWith(NANOSECONDS)) {
                metrics.counter(name.substring(0, name.length() - NANOSECONDS.length()) + "_seconds", help, value / NS_PER_S);
            } else {
                metrics.counter(name, help, value);
            }
        });
    }

    void plugins(List<PluginStatus> plugins) {
        for (PluginStatus plugin : plugins) {
            String[] labels = {"kind", label(plugin.kind()), "implementation", PrintableText.escape(plugin.implementation(), LONGEST_LABEL)};
            metrics.gauge("plugin_in_use", "1 if a policy or an intent provider is asked.", plugin.inUse() ? 1 : 0, labels);
            metrics.gauge("plugin_slowest_seconds", "The longest that it took to answer.", plugin.slowestUs() / US_PER_S, labels);
            metrics.counter("plugin_answer_seconds", "How long all its answers together took.", plugin.tookUs() / US_PER_S, labels);
            metrics.counter("plugin_calls", "How often it was asked.", plugin.calls(), labels);
            metrics.counter("plugin_faults", "How often it threw, took too long or answered nonsense.", plugin.faults(), labels);
        }
    }

    private void bytes(String name, String help, OptionalLong value, String... labels) {
        value.ifPresent(bytes -> metrics.gauge(name, help, bytes, labels));
    }

    private void seconds(String name, String help, OptionalLong micros, String... labels) {
        micros.ifPresent(us -> metrics.counter(name, help, us / US_PER_S, labels));
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
