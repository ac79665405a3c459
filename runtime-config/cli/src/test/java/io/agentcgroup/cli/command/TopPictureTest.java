package io.agentcgroup.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.cli.command.TopPicture.Mark;
import io.agentcgroup.cli.command.TopPicture.Order;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopPictureTest {

    private static final long MIB = 1 << 20;
    private static final Map<String, Object> STATUS = Map.of("tier", "cgroup", "policy", "graduated", "uptime_s", 3_725.5, "ready", true,
            "counters", Map.of("calls_total", 7, "calls_oom_killed_total", 1));

    private static Map<String, Object> usage(long mib, long cpuUs, long stallUs) {
        return Map.of("memory_current_bytes", mib * MIB, "memory_peak_bytes", 2 * mib * MIB, "cpu_usage_us", cpuUs, "memory_stall_some_us", stallUs,
                "pids_current", 3);
    }

    private static Map<String, Object> session(String name, Map<String, Object> usage) {
        return Map.of("name", name, "priority", "normal", "memory_budget_bytes", 1024 * MIB, "usage", usage, "agent_usage", Map.of(),
                "background_usage", usage, "background_limit_bytes", 256 * MIB, "running_calls", 1, "background_processes", 2, "service_processes", 0);
    }

    private static Map<String, Object> call(String id, String session, String command, String rung, long mib) {
        return Map.of("id", id, "session", session, "command", command, "usage", usage(mib, 0, 0), "standing", Map.of("rung", rung),
                "grant", Map.of("limits", Map.of("memory_max_bytes", 100 * MIB)));
    }

    private static TopMoment moment(long seconds, List<Map<String, Object>> sessions, List<Map<String, Object>> calls, List<Map<String, Object>> waiting) {
        return new TopMoment(seconds * 1_000_000_000, STATUS, sessions, calls, waiting);
    }

    private static List<String> texts(TopMoment before, TopMoment now, Order order) {
        return TopPicture.of(before, now, order).stream().map(TopPicture.Line::text).toList();
    }

    @Test
    void ratesAreTakenBetweenTwoMoments() {
        TopMoment before = moment(10, List.of(session("a", usage(100, 1_000_000, 0))), List.of(), List.of());
        TopMoment now = moment(12, List.of(session("a", usage(300, 4_000_000, 500_000))), List.of(), List.of());

        List<String> lines = texts(before, now, Order.MEMORY);

        assertEquals("AgentCgroup, tier cgroup, policy graduated, up 1 h 2 min", lines.get(0));
        assertEquals("1 sessions with 300 MiB, 1.50 cores; 0 calls run, 0 wait, 7 ended, 1 out of memory", lines.get(1));
        assertTrue(lines.get(4).matches("a +300 MiB +600 MiB +1 GiB +1.50 +25 % +3  normal, 1 running, 2 processes in the background"), lines.get(4));
        assertTrue(lines.get(5).matches("  agent( +-){6}"), lines.get(5));
        assertTrue(lines.get(6).matches("  background +300 MiB +600 MiB +256 MiB +1.50 +25 % +3"), lines.get(6));
    }

    @Test
    void sessionsAreSortedByWhatIsAskedFor() {
        TopMoment before = moment(10, List.of(session("large", usage(900, 0, 0)), session("busy", usage(1, 0, 0))), List.of(), List.of());
        TopMoment now = moment(11, List.of(session("large", usage(900, 0, 0)), session("busy", usage(1, 900_000, 0))), List.of(), List.of());

        assertTrue(texts(before, now, Order.MEMORY).get(4).startsWith("large"));
        assertTrue(texts(before, now, Order.CPU).get(4).startsWith("busy"));
    }

    @Test
    void whatIsHeldBackWaitsOrIsFullIsMarked() {
        TopMoment now = moment(11, List.of(session("a", usage(200, 0, 0))), List.of(call("c1", "a", "make", "soft_limit", 10), call("c2", "a", "gcc", "free", 99)),
                List.of(Map.of("id", "c3", "session", "a", "command", "pytest", "waiting", Map.of("place", 1, "waited_s", 2.5))));

        List<TopPicture.Line> lines = TopPicture.of(now, now, Order.MEMORY);

        assertTrue(lines.get(6).text().startsWith("  c1 ") && lines.get(6).text().endsWith("soft limit: make"), lines.toString());
        assertEquals(Mark.HELD, lines.get(6).mark());
        assertEquals(Mark.FULL, lines.get(7).mark());
        assertTrue(lines.get(8).text().endsWith("waits 2.50 s, place 1: pytest"), lines.toString());
        assertEquals(Mark.HELD, lines.get(8).mark());
    }

    @Test
    void nothingThatAnAgentWroteReachesTheTerminal() {
        TopMoment now = moment(11, List.of(session("a", Map.of())), List.of(call("c1", "a", "evil\u001b[2J\u202e\n\u009b31m", "free", 1)), List.of());

        List<String> lines = texts(now, now, Order.MEMORY);

        assertTrue(lines.get(6).endsWith("evil\\x1b[2J\\u202e\\n\\x9b31m"), lines.get(6));
    }

    @Test
    void anEmptyHostSaysHowToBegin() {
        TopMoment now = moment(11, List.of(), List.of(), List.of());
        assertTrue(texts(now, now, Order.MEMORY).get(4).contains("agentcgroup run"));
    }
}
