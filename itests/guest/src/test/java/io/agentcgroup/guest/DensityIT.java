package io.agentcgroup.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two arms of {@code bench density} in a machine into which two of the sessions cannot fit by their peaks. */
class DensityIT {

    private static final Path PROGRAM = Path.of(System.getProperty("agentcgroup.home"), "bin", "agentcgroup");

    /** Half a minute on a quiet machine; the first guest of all also fetches a kernel. */
    private static final long PATIENCE_MIN = 15;

    /** Most of what the machine has beside its kernel and the benchmark. */
    private static final long PEAK_BYTES = 400_000_000;

    @TempDir
    static Path folder;

    private static Map<String, Object> document;

    @BeforeAll
    static void runTheBenchmark() throws Exception {
        Path trace = folder.resolve("burst.json");
        Files.writeString(trace, "{\"schema\": \"agent-trace/v1\", \"model\": \"none\", \"task\": \"burst\", \"samples\": [[0, 20000000, null],"
                + " [4, " + PEAK_BYTES + ", null], [8, 20000000, null]], \"tool_calls\": [{\"start\": 2, \"end\": 6, \"tool\": \"Bash\","
                + " \"command\": \"make\"}]}");
        Path json = folder.resolve("out.json");
        Path said = folder.resolve("said");
        Process bench = new ProcessBuilder(PROGRAM.toString(), "bench", "density", "--memory", "1G", "--high", trace.toString(), "--low",
                trace.toString(), "--arms", "static,earlyoom", "--speed", "4", "--most", "2", "--tries", "1", "--within", "1000", "--json",
                json.toString()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            assertTrue(bench.waitFor(PATIENCE_MIN, TimeUnit.MINUTES), "still running");
        } finally {
            bench.destroy();
        }
        assertEquals(0, bench.exitValue(), () -> text(said));
        document = JSON.std.mapFrom(Files.readString(json));
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
        assertEquals("agentcgroup.bench-density/v1", document.get("schema"));
        assertEquals("guest", document.get("where"));
        assertEquals(1_000_000_000L, ((Number) document.get("memory_bytes")).longValue());
        assertEquals(3, ((List<?>) document.get("alone_p95_ms")).size());
    }

    @Test
    void limitsByPeaksBearOneSession() {
        Map<?, ?> fixed = arm("static");
        assertEquals(1, fixed.get("sessions"));
        assertEquals(0, fixed.get("kills"));
        assertTrue(((Map<?, ?>) ((List<?>) fixed.get("steps")).get(1)).get("why").toString().contains("together"), fixed::toString);
    }

    @Test
    void debiansEarlyoomRunsInTheMachine() {
        Map<?, ?> earlyoom = arm("earlyoom");
        assertEquals(true, earlyoom.get("available"), earlyoom::toString);
        assertTrue(((Number) earlyoom.get("sessions")).intValue() >= 1, earlyoom::toString);
    }

    private static Map<?, ?> arm(String name) {
        return ((List<?>) document.get("arms")).stream().map(arm -> (Map<?, ?>) arm).filter(arm -> name.equals(arm.get("name"))).findFirst()
                .orElseThrow();
    }
}
