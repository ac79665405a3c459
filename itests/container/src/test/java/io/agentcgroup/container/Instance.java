package io.agentcgroup.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.jr.ob.JSON;

/**
 * An installation of its own, used by its command line as a person would: folders of its own, a root of its own in cgroupfs.
 * Closing it ends everything that was started in it.
 */
public final class Instance implements AutoCloseable {

    /** The slowest command starts a daemon; a busy machine needs ten times the usual 2 s. */
    private static final int COMMAND_AT_MOST_S = 60;

    private final Path home;
    private final Path folder;
    private final String root;

    /** What a command printed and how it ended. */
    public record Result(int exitCode, String out, String err) {
    }

    public Instance() throws IOException {
        this(home());
    }

    /** @param home the distribution */
    public Instance(Path home) throws IOException {
        this.home = home;
        // A short name: a Unix socket's address has 107 bytes.
        folder = Files.createTempDirectory("acg");
        root = "agentcgroup-test-" + folder.getFileName().toString().replaceAll("\\D", "");
        Files.createDirectory(conf());
    }

    public static Path home() {
        return Path.of(System.getProperty("agentcgroup.home")).normalize();
    }

    public Path conf() {
        return folder.resolve("conf");
    }

    public Path run() {
        return folder.resolve("run");
    }

    public Path state() {
        return folder.resolve("state");
    }

    public Path deploy() {
        return state().resolve("deploy");
    }

    /** The directory in cgroupfs that holds its sessions. */
    public Path tree() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            String mount = mounts.filter(line -> line.contains(" - cgroup2 ")).findFirst().orElseThrow().split(" ")[4];
            return Path.of(mount, root);
        }
    }

    /** Runs {@code agentcgroup} with these arguments and waits for it. */
    public Result agentcgroup(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = command(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(COMMAND_AT_MOST_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("agentcgroup " + List.of(arguments) + " did not end");
        }
        return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** The same, for a command that is to go on. */
    public ProcessBuilder command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/agentcgroup").toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(new File("/dev/null"));
        builder.environment().putAll(Map.of("AGENTCGROUP_RUN_DIR", run().toString(),
                "AGENTCGROUP_STATE_DIR", state().toString(), "AGENTCGROUP_CONF_DIR", conf().toString(),
                "AGENTCGROUP_ROOT", root,
                // These tests are about what happens, not how fast on a machine that also builds.
                "AGENTCGROUP_TIMEOUT_MS", "20000"));
        return builder;
    }

    /** Runs a command that must succeed. */
    public Result succeed(String... arguments) throws IOException, InterruptedException {
        Result result = agentcgroup(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError("agentcgroup " + List.of(arguments) + " failed: " + result + "\n" + log());
        }
        return result;
    }

    /** Runs a command with {@code --json} and reads the document. */
    public Map<String, Object> json(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.add("--json");
        return JSON.std.mapFrom(succeed(line.toArray(String[]::new)).out());
    }

    /** The journal's calls of a session, oldest first. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> journal(String session) throws IOException, InterruptedException {
        return (List<Map<String, Object>>) json("journal", "--session", session).get("entries");
    }

    /** The daemon's process; throws when there is none. */
    public ProcessHandle daemon() throws IOException {
        long pid = Long.parseLong(Files.readString(run().resolve("daemon.pid")).strip());
        return ProcessHandle.of(pid).orElseThrow();
    }

    public String log() throws IOException {
        Path file = state().resolve("log/agentcgroup.log");
        return Files.exists(file) ? Files.readString(file) : "no log";
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (Files.exists(run().resolve("daemon.pid"))) {
            agentcgroup("stop");
        }
        Path tree = tree();
        if (Files.exists(tree)) {
            Files.writeString(tree.resolve("cgroup.kill"), "1");
            Eventually.isTrue("the tree is empty",
                    () -> Files.readString(tree.resolve("cgroup.events")).contains("populated 0"));
            deleteDirectories(tree);
        }
        deletePins(root);
        delete(folder);
    }

    /** A stopped daemon leaves its programs in the kernel on purpose; those of one that comes no more would run at every fork. */
    static void deletePins(String root) throws IOException {
        Path pins = Path.of("/sys/fs/bpf", root);
        if (Files.isDirectory(pins)) {
            delete(pins);
        }
    }

    private static void deleteDirectories(Path tree) throws IOException {
        for (Path path : deepestFirst(tree)) {
            if (Files.isDirectory(path)) {
                Files.delete(path);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        for (Path path : deepestFirst(folder)) {
            Files.deleteIfExists(path);
        }
    }

    private static List<Path> deepestFirst(Path folder) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            List<Path> paths = new ArrayList<>(found.toList());
            Collections.reverse(paths);
            return paths;
        }
    }
}
