package io.agentcgroup.cli.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** One picture of {@code agentcgroup top}, as lines of text: what a session uses, its agent, its running and waiting calls, what they left running. */
final class TopPicture {

    private static final String ROW = "%-20s %8s %8s %8s %5s %5s %5s  %s";
    private static final String USAGE = "usage";
    private static final double US_PER_S = 1e6;
    private static final double NS_PER_S = 1e9;
    /** Characters of a name, within {@link #ROW}. */
    private static final int NAME = 20;
    /** Longer than the widest terminal: what is too wide is cut there. */
    private static final int LONGEST_TEXT = 500;

    /** What somebody should look at; the terminal has a colour for it. */
    enum Mark { NONE, HEAD, HELD, FULL }

    record Line(String text, Mark mark) {
    }

    /** By what sessions are sorted, the most first. */
    enum Order { MEMORY, CPU }

    private final TopMoment before;
    private final TopMoment now;
    private final List<Line> lines = new ArrayList<>();

    private TopPicture(TopMoment before, TopMoment now) {
        this.before = before;
        this.now = now;
    }

    static List<Line> of(TopMoment before, TopMoment now, Order order) {
        TopPicture picture = new TopPicture(before, now);
        picture.head();
        picture.add(Mark.HEAD, String.format(ROW, "SESSION, CALL", "MEMORY", "PEAK", "LIMIT", "CPU", "STALL", "PROCS", "STATE"));
        ToDoubleFunction<Map<String, Object>> weight = order == Order.CPU ? picture::cores
                : session -> number(Replies.object(session, USAGE).get("memory_current_bytes"));
        now.sessions().stream().sorted(Comparator.comparingDouble(weight).reversed().thenComparing(session -> String.valueOf(session.get("name"))))
                .forEach(picture::session);
        if (now.sessions().isEmpty()) {
            picture.add(Mark.NONE, "No session is open. Start an agent: agentcgroup run --session NAME -- COMMAND");
        }
        return picture.lines;
    }

    private void add(Mark mark, String line) {
        lines.add(new Line(line.stripTrailing(), mark));
    }

    private void head() {
        Map<String, Object> status = now.status();
        Map<String, Object> counters = Replies.object(status, "counters");
        add(Mark.NONE, "AgentCgroup, tier " + status.get("tier") + ", policy " + Replies.oneLine(status.get("policy")) + ", up " + time(number(status.get("uptime_s")))
                + (Boolean.TRUE.equals(status.get("ready")) ? "" : ", NOT READY: calls get no cgroup; missing: " + status.get("missing")));
        Double memory = total("memory_current_bytes");
        add(Mark.NONE, now.sessions().size() + " sessions with " + (memory == null ? "" : Replies.bytes(memory) + ", ")
                + String.format(Locale.ROOT, "%.2f", now.sessions().stream().mapToDouble(this::cores).sum()) + " cores; " + now.calls().size() + " calls run, "
                + now.waiting().size() + " wait, " + count(counters, "calls_total") + " ended, " + count(counters, "calls_oom_killed_total") + " out of memory");
        add(Mark.NONE, "");
    }

    /** Null when the tier does not measure it. */
    private Double total(String name) {
        List<Double> values = now.sessions().stream().map(session -> Replies.object(session, USAGE).get(name)).filter(Number.class::isInstance)
                .map(TopPicture::number).toList();
        return values.isEmpty() ? null : values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static Object count(Map<String, Object> counters, String name) {
        return counters.getOrDefault(name, 0);
    }

    private void session(Map<String, Object> session) {
        Object name = session.get("name");
        Map<String, Object> earlier = before.session(name);
        String state = session.get("priority") + words(session, "running_calls", "running") + words(session, "ended_calls", "ended")
                + words(session, "background_processes", "processes in the background") + words(session, "service_processes", "processes of services");
        row(String.valueOf(name), Replies.object(session, USAGE), Replies.object(earlier, USAGE), session.get("memory_budget_bytes"), state, false);
        row("  agent", Replies.object(session, "agent_usage"), Replies.object(earlier, "agent_usage"), null, "", false);
        now.calls().stream().filter(call -> name.equals(call.get("session"))).forEach(this::call);
        now.waiting().stream().filter(call -> name.equals(call.get("session"))).forEach(this::waiting);
        if (number(session.get("background_processes")) > 0) {
            row("  background", Replies.object(session, "background_usage"), Replies.object(earlier, "background_usage"), session.get("background_limit_bytes"), "", false);
        }
    }

    private static String words(Map<String, Object> session, String count, String what) {
        return number(session.get(count)) > 0 ? ", " + session.get(count) + " " + what : "";
    }

    private void call(Map<String, Object> call) {
        Object limit = Replies.object(Replies.object(call, "grant"), "limits").get("memory_max_bytes");
        String rung = String.valueOf(Replies.object(call, "standing").getOrDefault("rung", "free"));
        boolean held = !rung.equals("free");
        String state = (held ? rung.replace('_', ' ') + ": " : "") + Replies.oneLine(call.get("command"), LONGEST_TEXT);
        row("  " + call.get("id"), Replies.object(call, USAGE), Replies.object(before.call(call.get("id")), USAGE), limit, state, held);
    }

    private void waiting(Map<String, Object> call) {
        Map<String, Object> waiting = Replies.object(call, "waiting");
        add(Mark.HELD, String.format(ROW, name("  " + call.get("id")), "-", "-", "-", "-", "-", "-", "waits " + Replies.seconds(waiting.get("waited_s"), 1)
                + ", place " + waiting.get("place") + ": " + Replies.oneLine(call.get("command"), LONGEST_TEXT)));
    }

    private void row(String name, Map<String, Object> usage, Map<String, Object> earlier, Object limit, String state, boolean held) {
        Object memory = usage.get("memory_current_bytes");
        boolean full = limit instanceof Number most && number(memory) > 0.95 * most.doubleValue();
        add(held ? Mark.HELD : full ? Mark.FULL : Mark.NONE, String.format(ROW, name(name), Replies.bytes(memory),
                Replies.bytes(usage.get("memory_peak_bytes")), "max".equals(limit) ? "none" : Replies.bytes(limit),
                rate(usage, earlier, "cpu_usage_us", "%.2f", 1), rate(usage, earlier, "memory_stall_some_us", "%.0f %%", 100),
                usage.getOrDefault("pids_current", "-"), state));
    }

    private static String name(String name) {
        return Replies.oneLine(name, NAME);
    }

    private double cores(Map<String, Object> session) {
        return perSecond(Replies.object(session, USAGE), Replies.object(before.session(session.get("name")), USAGE), "cpu_usage_us");
    }

    private String rate(Map<String, Object> usage, Map<String, Object> earlier, String name, String format, int times) {
        return usage.get(name) instanceof Number && earlier.get(name) instanceof Number
                ? String.format(Locale.ROOT, format, times * perSecond(usage, earlier, name)) : "-";
    }

    /** Of what began between the two moments nothing is known yet. */
    private double perSecond(Map<String, Object> usage, Map<String, Object> earlier, String name) {
        double seconds = (now.timeNs() - before.timeNs()) / NS_PER_S;
        return seconds > 0 && usage.get(name) instanceof Number && earlier.get(name) instanceof Number
                ? Math.max(0, number(usage.get(name)) - number(earlier.get(name))) / US_PER_S / seconds : 0;
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    private static String time(double seconds) {
        long minutes = (long) seconds / 60;
        return minutes < 60 ? minutes + " min " + (long) seconds % 60 + " s" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
