package io.agentcgroup.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A measurement that was made up: by the simulator itself, and another one that is far off. */
class ValidationTest {

    private static final long MB = 1_000_000;

    @TempDir
    Path folder;

    private void writeTrace() throws IOException {
        Files.writeString(folder.resolve("burst.json"), "{\"schema\": \"agent-trace/v1\", \"model\": \"none\", \"task\": \"t\","
                + " \"samples\": [[0, 100000000, 1], [0.5, 100000000, 1], [2, 400000000, 1], [3, 400000000, 1], [5, 100000000, 1]],"
                + " \"tool_calls\": [{\"start\": 1, \"end\": 4, \"tool\": \"Bash\", \"command\": \"make\"}]}");
    }

    private Path document(double makespanFactor) throws IOException {
        writeTrace();
        Machine machine = new Machine(1000 * MB, 100 * MB, 2, 200 * MB, 50 * MB);
        Simulation simulation = new Simulation(new Plugins());
        Result alone = simulation.run(Traces.scenario("none", machine, 1, 300 * MB));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", "agentcgroup.bench-density/v1");
        document.put("tier", "cgroup");
        document.put("total_bytes", 1000 * MB);
        document.put("available_bytes", 900 * MB);
        document.put("speed", 1);
        document.put("extra_bytes", 0);
        document.put("stagger_s", 0);
        document.put("declared", false);
        document.put("high", "burst");
        document.put("low", List.of("burst"));
        document.put("alone_p95_ms", List.of(alone.highP95Ms()));
        document.put("alone_completion_s", List.of(alone.sessions().get(0)));
        document.put("arms", List.of(arm("none", simulation, machine, makespanFactor), arm("fixed", simulation, machine, makespanFactor),
                Map.of("name", "earlyoom", "steps", List.of())));
        Path file = folder.resolve("density.json");
        Files.writeString(file, JSON.std.asString(document));
        return file;
    }

    private static Map<String, Object> arm(String policy, Simulation simulation, Machine machine, double factor) {
        Result result = simulation.run(Traces.scenario(policy, machine, 2, 300 * MB));
        List<Map<String, Object>> sessions = result.sessions().stream().map(s -> {
            Map<String, Object> session = new LinkedHashMap<>();
            session.put("completion_s", s == null ? null : s * factor);
            return session;
        }).toList();
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("sessions", 2);
        step.put("kills", result.kills());
        step.put("finished", result.finished());
        step.put("high_p95_ratio", result.highP95Ratio());
        step.put("sessions_raw", sessions);
        return Map.of("name", policy, "available_bytes", 900 * MB, "steps", List.of(step));
    }

    @Test
    void whatTheSimulatorMeasuredItselfItSimulatesAgain() throws IOException {
        Map<String, Object> found = JSON.std.mapFrom(new Validation(document(1), folder, new Plugins()).json());
        assertEquals("agentcgroup.simulate-validate/v1", found.get("schema"));
        assertEquals(2, ((List<?>) found.get("configurations")).size());
        assertTrue(((Number) found.get("mean_makespan_error")).doubleValue() < 0.05, found::toString);
        assertEquals(2, found.get("kills_agree"));
    }

    @Test
    void whatIsFarOffIsSaidToBe() throws IOException {
        Map<String, Object> found = JSON.std.mapFrom(new Validation(document(2), folder, new Plugins()).json());
        assertEquals(0.5, ((Number) found.get("mean_makespan_error")).doubleValue(), 0.05);
    }

    @Test
    void anotherDocumentIsRefused() throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{\"schema\": \"agentcgroup.demo/v1\"}");
        assertThrows(CommandException.class, () -> new Validation(other, folder, new Plugins()));
    }
}
