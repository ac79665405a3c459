package io.agentcgroup.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run of three arms, on traces whose peaks cannot but meet. */
class IsolationIT {

    private static final Path PROGRAM = Path.of(System.getProperty("agentcgroup.home"), "bin", "agentcgroup");

    /** A minute on a quiet machine; the first guest of all also fetches a kernel. */
    private static final long PATIENCE_MIN = 15;

    private static final long PEAK_BYTES = 60_000_000;
    private static final long TOTAL_BYTES = 130_000_000;

    /** Rises at once and stays there: longer than the sessions can be apart. */
    private static final int TRACE_S = 40;
    private static final int SPEED = 10;

    @TempDir
    static Path folder;

    private static Map<String, Object> document;

    @BeforeAll
    static void runTheBenchmark() throws Exception {
        Path trace = writeTrace();
        Path json = folder.resolve("out.json");
        Path said = folder.resolve("said");
        Process bench = new ProcessBuilder(PROGRAM.toString(), "bench", "isolation", "--guest", "--high", trace.toString(), "--low",
                trace.toString(), "--low", trace.toString(), "--total", Long.toString(TOTAL_BYTES), "--extra", "0", "--speed",
                Integer.toString(SPEED), "--arms", "ample,none,cgroup", "--runs", "1", "--json", json.toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertTrue(bench.waitFor(PATIENCE_MIN, TimeUnit.MINUTES), "still running");
        } finally {
            bench.destroy();
        }
        assertEquals(0, bench.exitValue(), () -> text(said));
        document = JSON.std.mapFrom(Files.readString(json));
    }

    private static Path writeTrace() throws IOException {
        String samples = IntStream.rangeClosed(0, TRACE_S).mapToObj(s -> "[" + s + ", " + (s == 0 ? 1_000_000 : PEAK_BYTES) + ", null]")
                .collect(Collectors.joining(", "));
        Path trace = folder.resolve("plateau.json");
        Files.writeString(trace, "{\"schema\": \"agent-trace/v1\", \"model\": \"none\", \"task\": \"plateau\", \"samples\": [" + samples
                + "], \"tool_calls\": []}");
        return trace;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void theDocumentSaysWhatWasDone() {
        assertEquals("agentcgroup.bench-isolation/v1", document.get("schema"));
        assertEquals("guest", document.get("where"));
        assertEquals("cgroup", document.get("tier"));
        assertEquals(TOTAL_BYTES, ((Number) document.get("total_bytes")).longValue());
        assertEquals(3 * PEAK_BYTES, ((Number) document.get("demand_bytes")).longValue());
    }

    @Test
    void withMemoryForEverybodyEverybodyGetsThrough() {
        Map<?, ?> ample = arm("ample");
        assertEquals(1.0, ample.get("survival"));
        assertEquals(0, ample.get("oom_kills"));
        assertTrue(number(object(ample, "high"), "completion_s") >= TRACE_S / SPEED, () -> ample.get("high").toString());
        assertTrue(number(object(ample, "high"), "alloc_p99_ms") >= number(object(ample, "high"), "alloc_p50_ms"));
        assertTrue(number(run(ample), "peak_bytes") >= 3 * PEAK_BYTES, () -> run(ample).get("peak_bytes").toString());
    }

    @Test
    void oneLimitOverAllCostsALife() {
        Map<?, ?> none = arm("none");
        assertTrue(number(none, "survival") < 1);
        assertTrue(number(none, "oom_kills") >= 1);
        assertTrue(number(run(none), "peak_bytes") <= TOTAL_BYTES);
    }

    @Test
    void theApplianceRunsEachSessionInACallOfItsOwnWithinTheSameLimit() {
        Map<?, ?> cgroup = arm("cgroup");
        assertEquals(0, run(cgroup).get("calls_without_domain"));
        assertTrue(number(run(cgroup), "peak_bytes") <= TOTAL_BYTES);
        List<?> sessions = (List<?>) run(cgroup).get("sessions");
        assertEquals(List.of("high", "low-1", "low-2"), sessions.stream().map(session -> ((Map<?, ?>) session).get("name")).toList());
        assertTrue(sessions.stream().allMatch(session -> Boolean.TRUE.equals(((Map<?, ?>) session).get("agent_alive"))), sessions::toString);
        assertFalse(((List<?>) ((Map<?, ?>) sessions.get(0)).get("allocations_us")).isEmpty());
    }

    private static Map<?, ?> arm(String name) {
        return ((List<?>) document.get("arms")).stream().map(arm -> (Map<?, ?>) arm).filter(arm -> name.equals(arm.get("name")))
                .findFirst().orElseThrow();
    }

    /** The only one. */
    private static Map<?, ?> run(Map<?, ?> arm) {
        return (Map<?, ?>) ((List<?>) arm.get("runs_raw")).get(0);
    }

    private static Map<?, ?> object(Map<?, ?> from, String field) {
        return (Map<?, ?>) from.get(field);
    }

    private static double number(Map<?, ?> from, String field) {
        return ((Number) from.get(field)).doubleValue();
    }
}
