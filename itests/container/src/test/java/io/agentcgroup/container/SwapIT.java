package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentcgroup bench swap}, small: policies that come and go, and each kind of hostile policy once. */
class SwapIT {

    /** Each kind of {@code HostilePolicy.Deed}, and three bundles that cannot be used. */
    private static final int EACH_HOSTILE_KIND = 21;

    @TempDir
    private Path folder;

    @Test
    void noPolicyStopsEnforcement() throws Exception {
        Path document = folder.resolve("swap.json");
        try (Instance instance = new Instance()) {
            Process bench = instance.command("bench", "swap", "--swaps", "5", "--hostile", Integer.toString(EACH_HOSTILE_KIND),
                    "--json", document.toString()).redirectErrorStream(true).start();
            String said = new String(bench.getInputStream().readAllBytes());
            assertEquals(0, bench.waitFor(), said);
        }
        Map<String, Object> result = JSON.std.mapFrom(Files.readString(document));
        assertEquals(0, result.get("failed_calls"));
        assertEquals(0, result.get("limits_lost"));
        assertEquals(0, ((Map<?, ?>) result.get("hostile")).get("enforcement_gaps"));
        assertTrue((Integer) result.get("calls") > 0);
    }
}
