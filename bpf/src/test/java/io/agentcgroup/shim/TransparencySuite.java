package io.agentcgroup.shim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs cases with the real shells and with the shim, at the same paths and in the same cgroup, so that nothing else
 * can make a difference. It knows nothing of the daemon behind the shim: a test's own peer or the real one.
 */
public final class TransparencySuite {

    private static final List<String> SHELLS = List.of("bash", "sh", "dash", "zsh");
    private static final String SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin";
    /** Of the helper that lost patience: both arms alike would otherwise pass. */
    private static final String HELPER_GAVE_UP = "kit: ";
    /** A daemon that is slow on a loaded machine is not what these cases are about. */
    private static final String ANSWER_TIMEOUT_MS = "20000";
    /** The longest case sleeps for a second; the rest is a loaded machine or an emulated one. */
    private static final long PATIENCE_SECONDS = 60;

    /** Which shells a case sees. */
    public enum Arm {
        /** The machine's own. */
        REAL,
        /** The shim under the shells' names. */
        SHIM
    }

    /** What a case did, for comparison. */
    public record Result(String exit, String output, String errors, String files) {

        /** @return whether the case did what it was written for, in whatever way */
        public boolean complete() {
            return exit.startsWith("exit ") && !output.contains(HELPER_GAVE_UP) && !errors.contains(HELPER_GAVE_UP);
        }
    }

    private final Path work;
    private final Path kit;
    private final Path agentProcs;

    /**
     * @param work an empty folder, removed by the caller
     * @param shell the built {@code agentcgroup-shell}
     * @param kit the built test helper
     * @param agentProcs {@code cgroup.procs} of the session's {@code agent/}
     */
    public TransparencySuite(Path work, Path shell, Path kit, Path agentProcs) throws IOException {
        this.work = work;
        this.kit = kit;
        this.agentProcs = agentProcs;
        installReal();
        installShim(shell.toAbsolutePath());
    }

    /** @return the program of that name on this machine */
    public static Optional<Path> find(String program) {
        return Stream.of(SYSTEM_PATH.split(":")).map(folder -> Path.of(folder, program)).filter(Files::isExecutable)
                .findFirst();
    }

    private Path folder(Arm arm) {
        return work.resolve(arm.name().toLowerCase(java.util.Locale.ROOT));
    }

    private void installReal() throws IOException {
        Path folder = Files.createDirectories(folder(Arm.REAL));
        for (String shell : SHELLS) {
            Optional<Path> program = find(shell);
            if (program.isPresent()) {
                Files.createSymbolicLink(folder.resolve(shell), program.get());
            }
        }
        Path prefix = folder.resolve("agentcgroup-shell");
        Files.writeString(prefix, "#!/bin/bash\nexec -a bash /bin/bash -c \"$1\"\n");
        prefix.toFile().setExecutable(true);
    }

    private void installShim(Path shell) throws IOException {
        Path folder = Files.createDirectories(folder(Arm.SHIM));
        Files.copy(shell, folder.resolve("agentcgroup-shell"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String name : SHELLS) {
            if (find(name).isPresent()) {
                Files.createSymbolicLink(folder.resolve(name), Path.of("agentcgroup-shell"));
            }
        }
    }

    /** Runs one case; cases run one after the other, because both arms have the same paths. */
    public Result run(TransparencyCase one, Arm arm) throws IOException, InterruptedException {
        Path bin = work.resolve("bin");
        Files.deleteIfExists(bin);
        Files.createSymbolicLink(bin, folder(arm));
        Path place = work.resolve("case");
        deleteAll(place);
        Files.createDirectory(place);
        Path script = Files.writeString(work.resolve("script"), one.script());
        Path output = work.resolve("output");
        Path errors = work.resolve("errors");

        ProcessBuilder builder = new ProcessBuilder(kit.toString(), "in", agentProcs.toString(), "/bin/bash",
                "--norc", "--noprofile", script.toString());
        builder.directory(place.toFile());
        builder.redirectInput(Path.of("/dev/null").toFile()).redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of("PATH", bin + ":" + kit.getParent() + ":" + SYSTEM_PATH, "HOME", place.toString(),
                "LANG", "C.UTF-8", "TERM", "dumb", "AGENTCGROUP_TIMEOUT_MS", ANSWER_TIMEOUT_MS));
        Process process = builder.start();
        String exit = await(process);
        return new Result(exit, read(output), read(errors), describe(place));
    }

    private static String await(Process process) throws InterruptedException {
        if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return "exit " + process.exitValue();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return "did not end within " + PATIENCE_SECONDS + " s";
    }

    /** Bytes, not characters: nothing is lost or made equal by decoding. */
    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static String describe(Path place) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted().toList()) {
                String line = place.relativize(file) + " "
                        + Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    line += " " + Files.size(file) + " " + (Files.size(file) < 100_000 ? read(file) : "");
                }
                lines.add(line);
            }
        }
        return String.join("\n", lines);
    }

    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
