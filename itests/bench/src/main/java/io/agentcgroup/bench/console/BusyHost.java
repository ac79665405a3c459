package io.agentcgroup.bench.console;

import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An appliance with many sessions, in each of them a call that runs, and many calls in its journal. Its daemon is in a cgroup of its own,
 * whose {@code cpu.stat} counts to the microsecond and forgets no thread that has ended.
 */
final class BusyHost implements AutoCloseable {

    private static final String FEATURES = "core, enforcement, calls, intents, policies, gateway, health, shell";
    private static final Duration FILLED_AT_MOST = Duration.ofMinutes(2);
    private static final int RUNNING_AT_MOST_S = 60;
    /** So that no call runs without a domain on a machine that is busy with making this. */
    private static final String PATIENCE_MS = "20000";
    /** {@code agentcgroup-console-live}, as far as the kernel keeps a name. */
    private static final String LIVE_THREAD = "agentcgroup-con";
    private static final Pattern PASSWORD = Pattern.compile("password ([a-z0-9-]+)");

    private final Path home;
    private final Appliance appliance;
    private final ControlGroup group;
    private final int port;
    private final List<Process> calls = new ArrayList<>();

    private BusyHost(Path home, Appliance appliance, ControlGroup group, int port) {
        this.home = home;
        this.appliance = appliance;
        this.group = group;
        this.port = port;
    }

    /** @param console whether it has the web console */
    static BusyHost start(Path home, Scratch scratch, boolean console, int sessions, int calls) throws IOException, InterruptedException {
        int port = freePort();
        Appliance appliance = Appliance.configured(home, scratch.folder(console ? "c" : "n"), Map.of("features",
                FEATURES + (console ? ", console, metrics" : ""), "org.osgi.service.http.port", Integer.toString(port)), Map.of());
        ControlGroup group = ControlGroup.mount().child("agentcgroup-bench-" + ProcessHandle.current().pid());
        BusyHost host = new BusyHost(home, appliance, group, port);
        try {
            group.create();
            appliance.startIn(group);
            PastCallsBundle.drop(appliance.state().resolve("deploy"), sessions, calls);
            long journalled = appliance.awaitJournal(calls, FILLED_AT_MOST);
            if (journalled < calls) {
                throw new IOException("the journal has " + journalled + " calls and no more");
            }
            host.open(sessions);
            return host;
        } catch (IOException | InterruptedException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void open(int sessions) throws IOException, InterruptedException {
        for (int i = 0; i < sessions; i++) {
            control().ask("session-open", Map.of("session", PastCalls.session(i), "memory_bytes", (64L + i) << 20));
            ProcessBuilder call = command("exec", "--session", PastCalls.session(i), "--hint", "memory:16m", "--", "sleep", "3600");
            call.environment().put("AGENTCGROUP_TIMEOUT_MS", PATIENCE_MS);
            calls.add(call.inheritIO().start());
        }
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(RUNNING_AT_MOST_S).toNanos();
        while (running().size() < sessions) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("only " + running().size() + " of " + sessions + " calls run");
            }
            // The daemon tells nobody when a call begins.
            Thread.sleep(100);
        }
    }

    private ControlClient control() {
        return new ControlClient(Path.of(appliance.environment().get("AGENTCGROUP_RUN_DIR")));
    }

    private List<?> running() {
        return (List<?>) control().ask("calls", Map.of()).get("calls");
    }

    private ProcessBuilder command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/agentcgroup").toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(appliance.environment());
        return builder;
    }

    String tier() {
        return (String) appliance.status().get("tier");
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** @return a call that runs */
    String runningCall() {
        return String.valueOf(((Map<?, ?>) running().get(0)).get("id"));
    }

    /** @return of a new user, who may operate */
    String password(String user) throws IOException, InterruptedException {
        Process process = command("password", "--user", user).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher found = PASSWORD.matcher(said);
        if (process.waitFor() != 0 || !found.find()) {
            throw new IOException("no password was made: " + said.strip());
        }
        return found.group(1);
    }

    long journalBytes() throws IOException {
        return Files.size(appliance.state().resolve("tool-calls.jsonl"));
    }

    /** @return percent of a core that the daemon takes, over a time in which the caller does nothing else */
    double cpuPercent(Duration settle, Duration window) throws IOException, InterruptedException {
        Thread.sleep(settle.toMillis());
        long beforeUs = group.cpuUs();
        long startedNs = System.nanoTime();
        Thread.sleep(window.toMillis());
        return (group.cpuUs() - beforeUs) * 1e5 / (System.nanoTime() - startedNs);
    }

    /** @return threads of the daemon that make the live picture: none while nobody watches */
    long liveThreads() throws IOException {
        long found = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", Long.toString(appliance.pid()), "task"))) {
            for (Path task : tasks) {
                found += name(task).startsWith(LIVE_THREAD) ? 1 : 0;
            }
        }
        return found;
    }

    private static String name(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (NoSuchFileException gone) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        calls.forEach(Process::destroy);
        appliance.close();
        if (group.exists()) {
            group.remove();
        }
    }
}
