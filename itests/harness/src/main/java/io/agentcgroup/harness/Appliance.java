package io.agentcgroup.harness;

import io.agentcgroup.cli.Folders;
import io.agentcgroup.cli.control.ControlClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An appliance of our own, from the distribution we are part of, beside whatever runs on this machine: own run folder, own
 * state, own root in cgroupfs. It goes away with everything it made.
 */
public final class Appliance implements AutoCloseable {

    /** A clean stop closes sockets and bundles; it takes a second, ten in a guest. */
    private static final Duration STOP_AT_MOST = Duration.ofSeconds(20);

    /** Killed processes are gone as soon as they are scheduled once more. */
    private static final Duration KILLED_AT_MOST = Duration.ofSeconds(10);

    private static final int RELEASE_ATTEMPTS = 3;

    private static final String WARM_UP = "warm-up";

    /** On an emulated machine the first call takes seconds. */
    private static final Duration WARM_UP_AT_MOST = Duration.ofSeconds(20);

    private static final ProcessBuilder.Redirect NOTHING = ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile());

    private final Path home;
    private final Path folder;
    private final Path configuration;
    private final ControlGroup root;
    private Optional<Path> classes = Optional.empty();
    private Process daemon;
    private Duration ready;

    /**
     * @param home the unpacked distribution
     * @param folder empty, with a short name: a Unix socket's address has 107 bytes
     */
    public Appliance(Path home, Path folder) throws IOException {
        this(home, folder, home.resolve("conf"));
    }

    private Appliance(Path home, Path folder, Path configuration) throws IOException {
        this.home = home;
        this.folder = folder;
        this.configuration = configuration;
        this.root = ControlGroup.mount().child("agentcgroup-" + ProcessHandle.current().pid());
    }

    /**
     * An appliance with settings that are not the shipped ones.
     *
     * @param settings values by the configuration's PID and the property's name
     */
    public static Appliance configured(Path home, Path folder, Map<String, Map<String, String>> settings) throws IOException {
        Path configuration = Files.createDirectory(folder.resolve("conf"));
        for (Map.Entry<String, Map<String, String>> pid : settings.entrySet()) {
            List<String> lines = pid.getValue().entrySet().stream().map(value -> value.getKey() + " = " + value.getValue()).toList();
            Files.write(configuration.resolve(pid.getKey() + ".cfg"), lines);
        }
        return new Appliance(home, folder, configuration);
    }

    /**
     * As {@link #configured(Path, Path, Map)}, with features and framework properties too.
     *
     * @param properties of {@code agentcgroup.properties}; {@code features} is one of them
     */
    public static Appliance configured(Path home, Path folder, Map<String, String> properties, Map<String, Map<String, String>> settings)
            throws IOException {
        Appliance appliance = configured(home, folder, settings);
        Files.write(appliance.configuration.resolve("agentcgroup.properties"),
                properties.entrySet().stream().map(value -> value.getKey() + " = " + value.getValue()).toList());
        return appliance;
    }

    /**
     * Lets appliances that come and go share the classes that the second of them archived: without an archive a daemon starts
     * slower.
     *
     * @return this
     */
    public Appliance keepClassesIn(Path shared) {
        classes = Optional.of(shared);
        return this;
    }

    /**
     * Starts the daemon and waits until it is ready.
     *
     * @throws IOException with its own sentence, when it does not become ready
     */
    public void start() throws IOException {
        start(List.of());
    }

    /** As {@link #start}, with the daemon in a cgroup of the caller's. */
    public void startIn(ControlGroup group) throws IOException {
        start(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", group.directory().resolve("cgroup.procs").toString()));
    }

    private void start(List<String> prefix) throws IOException {
        if (classes.isPresent()) {
            copyClasses(classes.get(), Files.createDirectories(state()));
        }
        long started = System.nanoTime();
        List<String> command = new ArrayList<>(prefix);
        // It goes when the thread goes that started it, however that ends.
        command.addAll(List.of("setpriv", "--pdeathsig", "TERM", "--", launcher(), "daemon"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment());
        builder.redirectInput(NOTHING);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(daemonErrors().toFile()));
        daemon = builder.start();
        // Not closed: the daemon must be able to write to it for as long as it lives.
        BufferedReader said = daemon.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (line == null || !line.startsWith("ready")) {
            daemon.destroy();
            throw new IOException("the appliance did not start: "
                    + (line == null ? Files.readString(daemonErrors()).strip() : line) + " (its log is in " + state() + ")");
        }
        ready = Duration.ofNanos(System.nanoTime() - started);
    }

    /**
     * One session with one call, as {@code agentcgroup start} makes it: the first of each loads classes, and no agent
     * should have to wait for that.
     *
     * @throws IOException if it does not go through
     */
    public void warmUp() throws IOException, InterruptedException {
        Path said = folder.resolve("warm-up");
        ProcessBuilder builder = agent(List.of("--session", WARM_UP), 
                // The agent's own program is never a call; what it starts is.
                List.of("env", "bash", "-c", "cat /proc/self/cgroup"));
        builder.environment().put("AGENTCGROUP_TIMEOUT_MS", Long.toString(WARM_UP_AT_MOST.toMillis()));
        builder.redirectErrorStream(true).redirectInput(NOTHING).redirectOutput(said.toFile());
        int exit = 0;
        for (int attempt = 0; attempt < 2; attempt++) {
            exit = builder.start().waitFor();
            if (exit == 0 && Files.readString(said).contains("/" + WARM_UP + "/call-")) {
                return;
            }
        }
        throw new IOException("the first call did not go through, exit " + exit + ": " + Files.readString(said).strip());
    }

    /** @return from the start of the launcher script to the daemon's word that it is ready */
    public Duration ready() {
        return ready;
    }

    public long pid() {
        return daemon.pid();
    }

    /** Ends the daemon as a crash would; sessions and calls go on. */
    public void kill() throws InterruptedException {
        daemon.destroyForcibly().waitFor();
    }

    /**
     * Stops it as {@code agentcgroup stop --release} does: sessions are ended, and nothing of it stays in the kernel. Only
     * closing it would leave what is pinned there, on purpose, for the next one.
     *
     * @throws IOException with the command's words, if that did not go well
     */
    public void release() throws IOException, InterruptedException {
        Path said = folder.resolve("release");
        ProcessBuilder builder = new ProcessBuilder(launcher(), "stop", "--release");
        builder.environment().putAll(environment());
        builder.redirectErrorStream(true).redirectInput(NOTHING).redirectOutput(said.toFile());
        int exit = -1;
        // On an emulated machine that is busy besides, the command and the daemon may wait for each other too long.
        for (int attempt = 0; attempt < RELEASE_ATTEMPTS && exit != 0; attempt++) {
            exit = builder.start().waitFor();
        }
        if (exit != 0) {
            throw new IOException("the appliance could not be released, exit " + exit + ": " + Files.readString(said).strip());
        }
    }

    /** @return what a child needs in its environment to find this appliance and no other */
    public Map<String, String> environment() {
        return Map.of("AGENTCGROUP_RUN_DIR", folder.resolve("run").toString(), "AGENTCGROUP_STATE_DIR", state().toString(),
                "AGENTCGROUP_CONF_DIR", configuration.toString(),
                "AGENTCGROUP_ROOT", root.directory().getFileName().toString());
    }

    /**
     * A session's agent, ready to be started.
     *
     * @param options of {@code agentcgroup run}, such as {@code --session build --priority high}
     */
    public ProcessBuilder agent(List<String> options, List<String> command) {
        List<String> line = new ArrayList<>(List.of(launcher(), "run"));
        line.addAll(options);
        line.add("--");
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(environment());
        return builder;
    }

    /** @return what the daemon says of itself */
    public Map<String, Object> status() {
        return new ControlClient(folder.resolve("run")).ask("status", Map.of());
    }

    /** @return which tiers this host has, as {@code doctor} says it: name, available, reason */
    @SuppressWarnings("unchecked") // what Jackson makes of a JSON array of objects
    public List<Map<String, Object>> tiers() {
        return (List<Map<String, Object>>) new ControlClient(folder.resolve("run")).ask("doctor", Map.of()).get("tiers");
    }

    /** @return the node under which its sessions are */
    public ControlGroup root() {
        return root;
    }

    public Path state() {
        return folder.resolve("state");
    }

    private Path journalFile() {
        return state().resolve("tool-calls.jsonl");
    }

    /** @return the journal's lines of a session, and torn ones, oldest first */
    public List<String> journal(String session) throws IOException {
        return journal(line -> isOf(session, line) || !isWhole(line));
    }

    private List<String> journal(Predicate<String> which) throws IOException {
        if (!Files.exists(journalFile())) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(journalFile())) {
            return lines.filter(which).toList();
        }
    }

    /** @return the lines of what is worth keeping and no call, oldest first */
    public List<String> events() throws IOException {
        Path file = state().resolve("events.jsonl");
        return Files.exists(file) ? Files.readAllLines(file).stream().filter(Appliance::isWhole).toList() : List.of();
    }

    private static boolean isOf(String session, String line) {
        return line.contains("\"session\":\"" + session + "\"");
    }

    private static boolean isWhole(String line) {
        return line.startsWith("{") && line.endsWith("}");
    }

    /**
     * Waits until the journal has that many calls of a session: the end of a call is journalled a moment after its agent saw it.
     *
     * @return how many it has when there are enough, or when the time is up
     */
    public long awaitJournal(String session, long calls, Duration atMost) throws IOException, InterruptedException {
        return await(line -> isOf(session, line) || !isWhole(line), calls, atMost);
    }

    /**
     * As {@link #awaitJournal}, of calls whose shim told their exit code. One that was granted too late is journalled too, but
     * ran without its domain.
     */
    public long awaitExits(String session, long calls, Duration atMost) throws IOException, InterruptedException {
        return await(line -> isOf(session, line) && line.contains("\"exit_code\":"), calls, atMost);
    }

    /** As {@link #awaitJournal}, over all sessions. */
    public long awaitJournal(long calls, Duration atMost) throws IOException, InterruptedException {
        return await(line -> true, calls, atMost);
    }

    private long await(Predicate<String> which, long calls, Duration atMost) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            state().register(watch, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
            for (long lines = journal(which).size(); ; lines = journal(which).size()) {
                WatchKey key = lines < calls ? watch.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS) : null;
                if (key == null) {
                    return lines;
                }
                key.pollEvents();
                key.reset();
            }
        }
    }

    /** Stops the daemon and removes what is left of its tree. */
    @Override
    public void close() throws IOException {
        try {
            stop();
            if (classes.isPresent()) {
                copyClasses(state(), classes.get());
            }
            remove(root);
            Folders.delete(Folders.pins(root.directory().getFileName().toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the appliance was stopping", e);
        }
    }

    private static void copyClasses(Path from, Path to) throws IOException {
        try (DirectoryStream<Path> archives = Files.newDirectoryStream(from, "classes-*")) {
            for (Path archive : archives) {
                Path copy = to.resolve(archive.getFileName());
                if (!Files.exists(copy)) {
                    Files.copy(archive, copy);
                }
            }
        }
    }

    private void stop() throws InterruptedException {
        if (daemon == null) {
            return;
        }
        daemon.destroy();
        if (!daemon.waitFor(STOP_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }

    private static void remove(ControlGroup group) throws IOException, InterruptedException {
        if (!group.exists()) {
            return;
        }
        group.kill();
        group.awaitEmpty(KILLED_AT_MOST);
        for (ControlGroup child : group.children()) {
            remove(child);
        }
        group.remove();
    }

    private String launcher() {
        return home.resolve("bin/agentcgroup").toString();
    }

    private Path daemonErrors() {
        return folder.resolve("daemon.err");
    }
}
