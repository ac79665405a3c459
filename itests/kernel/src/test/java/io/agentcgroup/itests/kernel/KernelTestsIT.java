package io.agentcgroup.itests.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.vm.GuestResult;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of src/main in a guest with a stock kernel. Their reports come back to {@code target/guest-reports}, where
 * they count as tests of their own; this one only says whether all of them ran and passed.
 */
class KernelTestsIT {

    /** Bundles whose tests run on any real kernel, so in the guest too. */
    private static final List<String> TEST_JARS = List.of("io.agentcgroup.bpf-*-tests.jar",
            "io.agentcgroup.cgroup-*-tests.jar");

    @Test
    void theTestsPassOnAStockKernel() throws Exception {
        Path reports = GuestTests.emptied("guest-reports");
        GuestResult result;
        try (OutputStream out = Files.newOutputStream(GuestTests.TARGET.resolve("guest-output.txt"))) {
            List<String> command = GuestTests.command(TEST_JARS, "--exclude-package=" + MemcgBpfKernelIT.PACKAGE);
            result = GuestTests.guest().build().run(command, out, out, reports);
        }
        assertEquals(0, result.exitCode(), () -> "see target/guest-output.txt and " + result.consoleLog());
        assertTrue(GuestTests.found(reports, "TEST-*.xml").size() > 0, "no report came back");
    }
}
