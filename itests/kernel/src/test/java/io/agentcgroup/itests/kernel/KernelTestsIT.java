package io.agentcgroup.itests.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.vm.GuestResult;
import io.agentcgroup.vm.GuestRun;
import io.agentcgroup.vm.LibbpfSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of src/main in a guest with a stock kernel. Their reports come back to {@code target/guest-reports}, where
 * they count as tests of their own; this one only says whether all of them ran and passed.
 */
class KernelTestsIT {

    private static final Path TARGET = Path.of("target");
    private static final String CLASS_PATH_IN_GUEST = "/opt/kernel-tests";
    /** Bundles whose tests run on any real kernel, so in the guest too. */
    private static final List<String> TEST_JARS = List.of("io.agentcgroup.bpf-*-tests.jar",
            "io.agentcgroup.cgroup-*-tests.jar");
    /** What the distribution brings for hosts whose own is too old, as this one may be. */
    private static final String LIBBPF_IN_GUEST = "/opt/libbpf";

    /** The tests take about four minutes on a quiet machine with two cores; others may be busy on it. */
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    @Test
    void theTestsPassOnAStockKernel() throws Exception {
        Path reports = TARGET.resolve("guest-reports");
        deleteOldReports(reports);
        GuestResult result;
        try (OutputStream out = Files.newOutputStream(TARGET.resolve("guest-output.txt"))) {
            result = GuestRun.builder().memoryMib(2048).timeout(TIMEOUT)
                    .addTree(TARGET.resolve("guest-class-path"), CLASS_PATH_IN_GUEST + "/lib")
                    .addTree(TARGET.resolve("classes"), CLASS_PATH_IN_GUEST + "/classes")
                    .addTree(LibbpfSource.folder(System.err::println), LIBBPF_IN_GUEST)
                    .build().run(command(), out, out, reports);
        }
        assertEquals(0, result.exitCode(), () -> "see target/guest-output.txt and " + result.consoleLog());
        assertTrue(found(reports, "TEST-*.xml").size() > 0, "no report came back");
    }

    private static List<String> command() throws IOException {
        List<String> scanned = new ArrayList<>(List.of(CLASS_PATH_IN_GUEST + "/classes"));
        for (String pattern : TEST_JARS) {
            List<Path> jars = found(TARGET.resolve("guest-class-path"), pattern);
            assertEquals(1, jars.size(), pattern);
            scanned.add(CLASS_PATH_IN_GUEST + "/lib/" + jars.get(0).getFileName());
        }
        return List.of("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Dagentcgroup.test.libbpf=" + LIBBPF_IN_GUEST + "/libbpf.so.1", "-Dagentcgroup.test.rounds=50",
                "-cp", CLASS_PATH_IN_GUEST + "/classes:" + CLASS_PATH_IN_GUEST + "/lib/*",
                "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--disable-ansi-colors",
                "--details=tree", "--fail-if-no-tests", "--include-classname=.*Test",
                "--scan-class-path=" + String.join(":", scanned), "--reports-dir=/results");
    }

    private static void deleteOldReports(Path reports) throws IOException {
        if (Files.isDirectory(reports)) {
            for (Path old : found(reports, "*")) {
                Files.delete(old);
            }
        }
    }

    private static List<Path> found(Path folder, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            files.forEach(found::add);
        }
        return found;
    }
}
