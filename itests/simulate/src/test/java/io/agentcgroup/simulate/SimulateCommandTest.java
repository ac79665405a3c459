package io.agentcgroup.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {

    private static final String FIXED = "io.agentcgroup.policy.fixed";

    @TempDir
    Path folder;

    private Path out;

    @BeforeEach
    void writeTraces() throws IOException {
        Path traces = Files.createDirectory(folder.resolve("traces"));
        out = folder.resolve("out.json");
        for (int burst : List.of(50, 100, 200)) {
            Files.writeString(traces.resolve("burst-" + burst + ".json"), "{\"schema\": \"agent-trace/v1\", \"model\": \"none\", \"task\": \"t\","
                    + " \"samples\": [[0, 100000000, 1], [2, " + (100 + burst) + "000000, 1], [4, 100000000, 1]],"
                    + " \"tool_calls\": [{\"start\": 1, \"end\": 3, \"tool\": \"Bash\", \"command\": \"make\"}]}");
        }
    }

    private Map<String, Object> run(String... arguments) throws IOException {
        CommandLine line = new CommandLine(new SimulateCommand());
        String[] all = new String[arguments.length + 4];
        System.arraycopy(new String[] {"--traces", folder.resolve("traces").toString(), "--json", out.toString()}, 0, all, 0, 4);
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        assertEquals(0, line.execute(all));
        return JSON.std.mapFrom(Files.readString(out));
    }

    @Test
    void theDocumentSaysWhatCameOfIt() throws IOException {
        Map<String, Object> document = run("--policy", "none", "--sessions", "3", "--memory", "1G");
        assertEquals("agentcgroup.simulate/v1", document.get("schema"));
        assertEquals("none", document.get("policy"));
        assertEquals(3, document.get("sessions"));
        assertEquals(1_000_000_000, document.get("memory_bytes"));
        assertEquals(0, document.get("kills"));
        assertEquals(3, document.get("finished"));
        assertTrue(document.keySet().containsAll(List.of("makespan_s", "high_p95_ratio", "waited_s")));
    }

    @Test
    void allCombinationsOfASweepAreSimulated() throws IOException {
        Map<String, Object> document = run("--policy", "fixed", "--sweep", "sessions=1,2,3", "--sweep", "memory=600M,1G", "--sweep",
                FIXED + ":default.memory=64m,1g");
        List<?> all = (List<?>) document.get("configurations");
        assertEquals(12, all.size());
        Map<?, ?> last = (Map<?, ?>) all.get(11);
        assertEquals(Map.of("sessions", "3", "memory", "1G", FIXED + ":default.memory", "1g"), last.get("varied"));
    }

    @Test
    void theSameSeedDrawsTheSameTraces() throws IOException {
        Object first = run("--policy", "none", "--sessions", "3", "--seed", "7").get("traces");
        assertEquals(first, run("--policy", "none", "--sessions", "3", "--seed", "7").get("traces"));
    }

    @Test
    void whatIsWrongIsSaid() {
        assertThrows(IllegalArgumentException.class, () -> Sweep.combinations(List.of("sessions")));
        assertEquals(2, new CommandLine(new SimulateCommand()).execute("--traces", folder.resolve("traces").toString(), "--sweep", "nothing=1"));
        Plugins plugins = new Plugins();
        assertTrue(said(() -> plugins.policy("clever", Map.of())).contains("there is no class"));
        assertTrue(said(() -> plugins.policy("java.lang.String", Map.of())).contains("is no AdaptivePolicy"));
        assertTrue(said(() -> plugins.policy("fixed", Map.of(FIXED, Map.of("headroom", "1")))).contains("there is no property headroom"));
        assertTrue(said(() -> plugins.policy("fixed", Map.of(FIXED, Map.of("headroom.percent", "-1")))).contains("headroom.percent is 0 to"));
        assertTrue(said(() -> plugins.policy(folder.resolve("none.jar").toString(), Map.of())).contains("there is no"));
    }

    private static String said(Executable what) {
        return assertThrows(CommandException.class, what).getMessage();
    }
}
