package io.agentcgroup.itests.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.summary.Report;
import io.agentcgroup.vm.GuestResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of src/main in a guest with a stock kernel. Their reports come back to {@code target/guest-reports}, where
 * they count as tests of their own; this one only says whether all of them ran and passed.
 */
class KernelTestsIT {

    /** Bundles whose tests run on any real kernel, so in the guest too. */
    private static final List<String> TEST_JARS = List.of("io.agentcgroup.bpf-*-tests.jar",
            "io.agentcgroup.cgroup-*-tests.jar");

    /**
     * The guest shares its CPUs with whatever else runs on its host, which now and then takes them away in the middle of a measurement.
     * Where only a few classes fail they are run again; the summary of all tests names those that passed only then.
     */
    private static final int MOST_RUN_AGAIN = 3;

    @Test
    void theTestsPassOnAStockKernel() throws Exception {
        Path reports = GuestTests.emptied("guest-reports");
        Path again = GuestTests.emptied("again-guest-reports");
        GuestResult result = run(GuestTests.CLASSES, "guest-output.txt", reports);
        assertTrue(GuestTests.found(reports, "TEST-*.xml").size() > 0, "no report came back");
        Set<String> failed = failed(reports);
        if (!failed.isEmpty() && failed.size() <= MOST_RUN_AGAIN) {
            result = run(failed.stream().map(Pattern::quote).collect(Collectors.joining("|")), "again-guest-output.txt", again);
        }
        Path console = result.consoleLog();
        assertEquals(0, result.exitCode(), () -> "see target/*guest-output.txt and " + console);
    }

    private static GuestResult run(String classes, String output, Path reports) throws Exception {
        try (OutputStream out = Files.newOutputStream(GuestTests.TARGET.resolve(output))) {
            return GuestTests.guest().build()
                    .run(GuestTests.command(TEST_JARS, classes, "--exclude-package=" + MemcgBpfKernelIT.PACKAGE), out, out, reports);
        }
    }

    /** @return the classes of tests that failed */
    private static Set<String> failed(Path reports) throws IOException {
        Set<String> failed = new TreeSet<>();
        for (Path file : GuestTests.found(reports, "TEST-*.xml")) {
            Report.read(file).cases().stream().filter(one -> one.outcome() == Report.Outcome.FAILED).map(Report.Case::type).forEach(failed::add);
        }
        return failed;
    }
}
