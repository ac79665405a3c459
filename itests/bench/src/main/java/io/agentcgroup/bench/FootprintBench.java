package io.agentcgroup.bench;

import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * What the appliance itself takes. Its daemon runs in a cgroup of its own, whose {@code cpu.stat} counts to the microsecond
 * and forgets no thread that has ended.
 */
final class FootprintBench implements AutoCloseable {

    /** How long a process that was asked to end may take. */
    private static final Duration ENDED_AT_MOST = Duration.ofSeconds(10);

    private static final String SESSION = "load";

    private final Path home;
    private final Scratch scratch;
    private final ControlGroup group;
    private Appliance appliance;
    private int starts;

    FootprintBench(Path home, Scratch scratch) throws IOException {
        this.home = home;
        this.scratch = scratch;
        group = ControlGroup.mount().child("agentcgroup-bench-" + ProcessHandle.current().pid());
    }

    /** Idle: what it does when nobody asks for anything. */
    record Idle(double seconds, double cpuPercent, double wakeupsPerSecond, long rssBytes, long pssBytes) {
    }

    /** Under load: percent of one core, and what it answered meanwhile. */
    record Loaded(double callsPerSecond, double cpuPercent, long withoutDomain, long rssBytes) {
    }

    void open() throws IOException {
        group.create();
    }

    /**
     * Starts the appliance that many times, each with a new state, and leaves the last one running.
     *
     * @return seconds from the start of the launcher script to ready
     */
    Sample ready(int times) throws IOException {
        double[] seconds = new double[times];
        for (int i = 0; i < times; i++) {
            if (appliance != null) {
                appliance.close();
            }
            appliance = new Appliance(home, scratch.folder("a" + starts++));
            appliance.startIn(group);
            seconds[i] = appliance.ready().toNanos() / 1e9;
        }
        return Sample.of(seconds);
    }

    String tier() {
        return (String) appliance.status().get("tier");
    }

    /** @param settle time before the measurement, for what a start leaves to do */
    Idle idle(Duration settle, Duration window) throws IOException, InterruptedException {
        ProcessFigures daemon = ProcessFigures.of(appliance.pid());
        Thread.sleep(settle.toMillis());
        ProcessFigures.Sleeps sleeps = daemon.sleeps();
        long cpuUs = group.cpuUs();
        long startedNs = System.nanoTime();
        Thread.sleep(window.toMillis());
        long cpuAfterUs = group.cpuUs();
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        return new Idle(seconds, percent(cpuAfterUs - cpuUs, seconds), daemon.sleeps().since(sleeps) / seconds,
                daemon.rssBytes(), daemon.pssBytes());
    }

    /** Calls of {@code bash -c true} through the shim, at an even pace. */
    Loaded loaded(int callsPerSecond, Duration window) throws IOException, InterruptedException {
        int calls = Math.toIntExact(callsPerSecond * window.toSeconds());
        Spawner spawner = Spawner.in(scratch.folder());
        ProcessBuilder agent = appliance.agent(List.of("--session", SESSION),
                spawner.command(Spawner.Pace.every(Duration.ofSeconds(1).dividedBy(callsPerSecond), callsPerSecond)));
        agent.redirectError(ProcessBuilder.Redirect.INHERIT);
        long cpuUs = group.cpuUs();
        List<Spawner.Result> results = Spawner.start(agent, Collections.nCopies(calls, List.of("bash", "-c", "true")),
                result -> { }).await();
        double seconds = (results.stream().mapToLong(Spawner.Result::endNs).max().orElseThrow() - results.get(0).startNs()) / 1e9;
        long inDomain = appliance.awaitExits(SESSION, calls, ENDED_AT_MOST);
        return new Loaded(calls / seconds, percent(group.cpuUs() - cpuUs, seconds), calls - inDomain,
                ProcessFigures.of(appliance.pid()).rssBytes());
    }

    private static double percent(long us, double seconds) {
        return us / 1e4 / seconds;
    }

    @Override
    public void close() throws IOException {
        if (appliance != null) {
            appliance.close();
        }
        if (group.exists()) {
            group.remove();
        }
    }
}
