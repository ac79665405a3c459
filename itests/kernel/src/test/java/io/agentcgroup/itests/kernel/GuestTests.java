package io.agentcgroup.itests.kernel;

import io.agentcgroup.vm.GuestException;
import io.agentcgroup.vm.GuestRun;
import io.agentcgroup.vm.LibbpfSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How the tests of src/main get into a guest, run there, and report. */
final class GuestTests {

    static final Path TARGET = Path.of("target");
    /** Those to run, or all. */
    static final String CLASSES = System.getProperty("agentcgroup.test.classes", ".*Test");

    private static final String CLASS_PATH = "/opt/kernel-tests";
    /** What the distribution brings for hosts whose own is too old, as this one may be. */
    private static final String LIBBPF = "/opt/libbpf";
    private static final String DISTRIBUTION = "/opt/agentcgroup";
    private static final int MEMORY_MIB = 2048;

    /** The tests take some minutes on a quiet machine with two cores; others may be busy on it. */
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private GuestTests() {
    }

    static GuestRun.Builder guest() throws GuestException, InterruptedException {
        return GuestRun.builder().memoryMib(MEMORY_MIB).timeout(TIMEOUT)
                .addTree(TARGET.resolve("guest-class-path"), CLASS_PATH + "/lib")
                .addTree(TARGET.resolve("classes"), CLASS_PATH + "/classes")
                .addTree(Path.of(System.getProperty("agentcgroup.home")), DISTRIBUTION)
                .addTree(LibbpfSource.folder(System.err::println), LIBBPF);
    }

    /**
     * @param jars patterns of jars on the class path that are looked through for tests, besides our own classes
     * @param classes a pattern of names of test classes
     * @param options of JUnit's console launcher, to choose among the tests
     */
    static List<String> command(List<String> jars, String classes, String... options) throws IOException {
        List<String> scanned = new ArrayList<>(List.of(CLASS_PATH + "/classes"));
        for (String pattern : jars) {
            List<Path> found = found(TARGET.resolve("guest-class-path"), pattern);
            if (found.size() != 1) {
                throw new IllegalStateException(pattern + " stands for " + found);
            }
            scanned.add(CLASS_PATH + "/lib/" + found.get(0).getFileName());
        }
        List<String> command = new ArrayList<>(List.of("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Dagentcgroup.test.libbpf=" + LIBBPF + "/libbpf.so.1", "-Dagentcgroup.test.rounds=50",
                "-Dagentcgroup.test.home=" + DISTRIBUTION, "-cp", CLASS_PATH + "/classes:" + CLASS_PATH + "/lib/*",
                "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--disable-ansi-colors",
                "--details=tree", "--fail-if-no-tests", "--include-classname=" + classes,
                "--scan-class-path=" + String.join(":", scanned), "--reports-dir=/results"));
        command.addAll(List.of(options));
        return command;
    }

    /** @return that folder below target, without old reports in it */
    static Path emptied(String folder) throws IOException {
        Path reports = TARGET.resolve(folder);
        Files.createDirectories(reports);
        for (Path old : found(reports, "*")) {
            Files.delete(old);
        }
        return reports;
    }

    static List<Path> found(Path folder, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            files.forEach(found::add);
        }
        return found;
    }
}
