package io.agentcgroup.console.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.container.Eventually;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fifty sessions, five thousand calls in the journal: how long pages take, and what the console costs when nobody looks. */
class ManyIT {

    private static final int SESSIONS = 50;
    private static final int CALLS = 5_000;
    private static final long USEFUL_AFTER_MS = 1_000;
    /** The daemon's Java machine compiles the way of a request when it first goes it, and a machine that also builds has its moments. */
    private static final int TRIES = 3;
    private static final double IDLE_CPU_SHARE = 0.01;
    private static final int IDLE_MS = 5_000;
    /** {@code USER_HZ}, the same on every Linux. */
    private static final int TICKS_PER_S = 100;

    private Console console;

    @BeforeEach
    void start() throws Exception {
        console = new Console();
        Files.createDirectories(console.instance().state());
        writeJournal(console.instance().state().resolve("tool-calls.jsonl"));
        console.start();
        ControlClient control = new ControlClient(console.instance().run());
        for (int i = 0; i < SESSIONS; i++) {
            control.ask("session-open", Map.of("session", "agent-%02d".formatted(i), "memory_bytes", (64L + i) << 20));
        }
    }

    @AfterEach
    void stop() throws Exception {
        console.close();
    }

    @Test
    void pagesAreUsefulWithinASecondAndCostNothingWhenNobodyLooks() throws Exception {
        try (Browser browser = new Browser()) {
            browser.look(1280, 900, false);
            browser.open(console.address() + "/login");
            browser.type("#password", Console.password(console.started()));
            browser.click("#submit");
            browser.await("the console is live", "#live", "live");

            Map<String, Long> took = new LinkedHashMap<>();
            took.put("host", time(browser, "", ".legend li:nth-child(8)"));
            took.put("sessions", time(browser, "#sessions", "tr[data-session=agent-49]"));
            browser.screenshot("many-sessions");
            took.put("calls", time(browser, "#calls", "#past tr:nth-child(100)"));
            browser.screenshot("many-calls");
            took.put("search", time(browser, "#calls?q=needle-0", "#past tr"));
            took.put("call", time(browser, "#call/old-17", ".command-text"));
            took.put("policies", time(browser, "#policies", "tr[data-plugin]"));
            browser.go("#host");
            browser.find(".legend li:nth-child(8)");
            browser.screenshot("many-host");
            System.out.println("console pages with " + SESSIONS + " sessions and " + CALLS + " calls, ms: " + took);
            double allowedMs = USEFUL_AFTER_MS * share();
            took.forEach((page, ms) -> assertTrue(ms < allowedMs, page + " took " + ms + " ms of " + allowedMs));
        }
        double share = idleShare();
        System.out.printf("console idle: %.2f %% of a CPU%n", share * 100);
        assertTrue(share < IDLE_CPU_SHARE, "with nobody watching it uses " + share + " CPUs");
    }

    /** A second is meant for a machine that has it: with three processes waiting for each CPU it takes three. */
    private static double share() throws IOException {
        double load = Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        return Math.max(1, load / Runtime.getRuntime().availableProcessors());
    }

    /** From nothing: the page, its files, its questions, its first picture. */
    private long time(Browser browser, String hash, String useful) {
        long ms = timeOnce(browser, hash, useful);
        for (int i = 1; i < TRIES && ms >= USEFUL_AFTER_MS; i++) {
            ms = Math.min(ms, timeOnce(browser, hash, useful));
        }
        return ms;
    }

    private long timeOnce(Browser browser, String hash, String useful) {
        browser.open("about:blank");
        long beginNs = System.nanoTime();
        browser.open(console.address() + Console.PAGES + hash);
        browser.find(useful);
        return (System.nanoTime() - beginNs) / 1_000_000;
    }

    private double idleShare() throws Exception {
        Eventually.isTrue("nobody watches", () -> threads().stream().noneMatch(name -> name.startsWith("agentcgroup-con")));
        long before = cpuTicks();
        Thread.sleep(IDLE_MS);
        return (cpuTicks() - before) / (double) TICKS_PER_S / (IDLE_MS / 1e3);
    }

    private List<String> threads() throws IOException {
        try (var tasks = Files.list(process().resolve("task"))) {
            return tasks.map(task -> {
                try {
                    return Files.readString(task.resolve("comm"));
                } catch (IOException e) {
                    return "";
                }
            }).toList();
        }
    }

    private long cpuTicks() throws IOException {
        String stat = Files.readString(process().resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private Path process() throws IOException {
        return Path.of("/proc", Long.toString(console.instance().daemon().pid()));
    }

    private static void writeJournal(Path file) throws IOException {
        Instant begin = Instant.now().minusSeconds(CALLS * 3L);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < CALLS; i++) {
                out.write(JSON.std.asString(line(i, begin.plusSeconds(i * 3L))) + "\n");
            }
        }
    }

    private static Map<String, Object> line(int i, Instant received) {
        boolean oom = i % 40 == 7;
        return Map.ofEntries(Map.entry("schema", "agentcgroup.tool-call/v1"), Map.entry("id", "old-" + i), Map.entry("session", "agent-%02d".formatted(i % SESSIONS)),
                Map.entry("received", received.toString()), Map.entry("ended", received.plusSeconds(2).toString()), Map.entry("duration_us", 1_000_000 + i * 500),
                Map.entry("kind", "shell"), Map.entry("shell", "bash"), Map.entry("command", "pytest -x tests/unit/test_module_" + i + ".py --needle-" + i % 5_000),
                Map.entry("cwd", "/srv/work"), Map.entry("uid", 1000), Map.entry("pid", 1000 + i), Map.entry("end", oom ? "oom_killed" : "exited"),
                Map.entry("exit_code", i % 11 == 0 ? 1 : 0), Map.entry("leftovers", 0),
                Map.entry("usage", Map.of("memory_peak_bytes", (long) (i % 700 + 20) << 20, "cpu_us", 800_000, "memory_stall_some_us", 1200)),
                Map.entry("events", Map.of("high", i % 3, "oom_kill", oom ? 1 : 0)),
                Map.entry("grant", Map.of("policy", "fixed", "reason", "r".repeat(200), "placement", "call", "limits", Map.of("memory_max_bytes", 800L << 20))),
                Map.entry("intents", List.of(Map.of("provider", "rules", "memory_bytes", 500L << 20, "confidence", 0.5, "reason", "rule pytest"))),
                Map.entry("feedback", List.of()));
    }
}
