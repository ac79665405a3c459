package io.agentcgroup.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}, as a newcomer types it first. */
class DemoIT {

    private static final Path PROGRAM = Path.of(System.getProperty("agentcgroup.home"), "bin", "agentcgroup");

    /** Two minutes on a quiet machine; the command itself gives up after twelve. */
    private static final long PATIENCE_MIN = 15;

    @TempDir
    static Path folder;

    private static Map<String, Object> document;
    private static String said;

    @BeforeAll
    static void runTheDemo() throws Exception {
        Path json = folder.resolve("out.json");
        Path output = folder.resolve("said");
        Process demo = new ProcessBuilder(PROGRAM.toString(), "demo", "--guest", "--json", json.toString()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            assertTrue(demo.waitFor(PATIENCE_MIN, TimeUnit.MINUTES), "still running");
        } finally {
            demo.destroy();
        }
        said = Files.readString(output);
        assertEquals(0, demo.exitValue(), said);
        document = JSON.std.mapFrom(Files.readString(json));
    }

    @Test
    void theDocumentSaysWhereItWas() {
        assertEquals("agentcgroup.demo/v1", document.get("schema"));
        assertEquals("guest", document.get("where"));
        assertEquals("sched-ext", document.get("tier"), said);
    }

    @Test
    void withAgentCgroupEveryAgentLivesAndOnlyGuiltyCallsEnd() {
        List<Map<?, ?>> sessions = sessions("on");

        assertEquals(3, sessions.size());
        for (Map<?, ?> session : sessions) {
            assertEquals(true, session.get("agent_alive"), said);
            assertEquals(0, session.get("innocent_calls_failed"), said);
            assertEquals(0, session.get("calls_never_run"), said);
        }
    }

    @Test
    void withoutItTheInnocentPay() {
        assertTrue(sessions("off").stream().anyMatch(session -> Boolean.FALSE.equals(session.get("agent_alive"))
                || ((Number) session.get("innocent_calls_failed")).intValue() > 0), said);
    }

    @Test
    void agentsAreToldWhyACallEnded() {
        List<Map<?, ?>> killed = list(arm("on").get("calls")).stream().filter(call -> Boolean.TRUE.equals(call.get("oom_kill"))).toList();

        assertFalse(killed.isEmpty(), said);
        assertTrue(killed.stream().anyMatch(call -> call.get("feedback").toString().contains("[agentcgroup] ")), killed::toString);
    }

    private static List<Map<?, ?>> sessions(String arm) {
        return list(arm(arm).get("sessions"));
    }

    private static Map<?, ?> arm(String name) {
        return list(document.get("arms")).stream().filter(arm -> name.equals(arm.get("name"))).findFirst().orElseThrow();
    }

    private static List<Map<?, ?>> list(Object array) {
        return ((List<?>) array).stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
    }
}
