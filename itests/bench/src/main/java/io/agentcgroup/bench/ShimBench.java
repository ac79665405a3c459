package io.agentcgroup.bench;

import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the way through the shim adds to the shortest call there is, {@code bash -c true}.
 *
 * <p>All arms are run by one agent in one session, one call of each arm a round, so that whatever the machine does
 * meanwhile does it to all of them.
 */
final class ShimBench implements AutoCloseable {

    private static final String SESSION = "bench";
    private static final String PLAIN = "bash";
    private static final String SHIM = "shim";

    /** Rounds that are not counted: caches settle. */
    private static final int WARM_UP_ROUNDS = 30;
    /** After so many calls the daemon's compiler has nothing left to do: some methods are compiled at their two hundredth use, and not each call uses all. */
    private static final int SETTLED_AFTER_CALLS = 1_000;

    /** The last calls are journalled within milliseconds; what is not there by then never had a domain. */
    private static final Duration JOURNALLED_AT_MOST = Duration.ofSeconds(2);

    private final Appliance appliance;
    private final Spawner spawner;
    private final ControlGroup wrapperCgroups;
    private final Map<String, List<String>> arms = new LinkedHashMap<>();
    private long shimCalls;

    /** @param scratch for everything it needs */
    ShimBench(Path home, Scratch scratch) throws IOException {
        spawner = Spawner.in(scratch.folder());
        wrapperCgroups = ControlGroup.mount().child("agentcgroup-bench-" + ProcessHandle.current().pid());
        appliance = new Appliance(home, scratch.folder("a"));
        arms.put(PLAIN, List.of("/bin/bash", "-c", "true"));
        // By PATH, as an agent does: the shim stands there.
        arms.put(SHIM, List.of("bash", "-c", "true"));
        arms.put("script-wrapper", List.of(wrapper(scratch.folder()).toString(), "-c", "true"));
        if (systemdRuns()) {
            arms.put("systemd-run", List.of("systemd-run", "--scope", "--quiet", "/bin/bash", "-c", "true"));
        }
    }

    /** Whether there is a systemd to ask for scopes. */
    static boolean systemdRuns() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    void start() throws IOException, InterruptedException {
        wrapperCgroups.create();
        appliance.start();
        appliance.warmUp();
    }

    String tier() {
        return (String) appliance.status().get("tier");
    }

    /** Makes calls that are not measured: a daemon runs for weeks, and its first thousand calls are no measure of the others. */
    void settle() throws IOException, InterruptedException {
        spawn(Collections.nCopies(SETTLED_AFTER_CALLS, arms.get(SHIM)), Spawner.Pace.BACK_TO_BACK);
        shimCalls += SETTLED_AFTER_CALLS;
    }

    /** The first calls after a start, as {@link #measure}. */
    Map<String, Sample> measureFirst(int rounds) throws IOException, InterruptedException {
        return measure(0, rounds, Spawner.Pace.BACK_TO_BACK);
    }

    /**
     * Runs every arm that many times, in turn.
     *
     * @return a sample an arm, microseconds from start to exit, in the order of the rounds
     */
    Map<String, Sample> measure(int rounds, Spawner.Pace pace) throws IOException, InterruptedException {
        return measure(WARM_UP_ROUNDS, rounds, pace);
    }

    private Map<String, Sample> measure(int before, int rounds, Spawner.Pace pace) throws IOException, InterruptedException {
        List<String> names = List.copyOf(arms.keySet());
        List<List<String>> calls = new ArrayList<>();
        for (int round = 0; round < before + rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                calls.add(arms.get(names.get(armOf(round, i))));
            }
        }
        List<Spawner.Result> results = spawn(calls, pace);
        shimCalls += before + rounds;
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (int arm = 0; arm < names.size(); arm++) {
            samples.put(names.get(arm), sample(results, arm, before, rounds));
        }
        return samples;
    }

    private List<Spawner.Result> spawn(List<List<String>> calls, Spawner.Pace pace) throws IOException, InterruptedException {
        ProcessBuilder agent = appliance.agent(List.of("--session", SESSION), spawner.command(pace));
        agent.environment().put("BENCH_CGROUP", wrapperCgroups.directory().toString());
        agent.redirectError(ProcessBuilder.Redirect.INHERIT);
        return Spawner.start(agent, calls, result -> { }).await();
    }

    /** How many calls of the shim ran without a domain, because the daemon did not answer in time: they were cheaper. */
    long callsWithoutDomain() throws IOException, InterruptedException {
        return shimCalls - appliance.awaitExits(SESSION, shimCalls, JOURNALLED_AT_MOST);
    }

    /** The arms take turns in going first, so that none always comes after the slow one. */
    private int armOf(int round, int place) {
        return (place + round) % arms.size();
    }

    private Sample sample(List<Spawner.Result> results, int arm, int before, int rounds) throws IOException {
        double[] micros = new double[rounds];
        for (int round = before; round < before + rounds; round++) {
            int place = Math.floorMod(arm - round, arms.size());
            Spawner.Result result = results.get(round * arms.size() + place);
            if (result.status() != 0) {
                throw new IOException("a call ended with " + result.status() + " instead of 0: nothing was measured");
            }
            micros[round - before] = result.micros();
        }
        return Sample.of(micros);
    }

    private static Path wrapper(Path folder) throws IOException {
        Path script = folder.resolve("wrapper");
        try (InputStream shipped = ShimBench.class.getResourceAsStream("wrapper.sh")) {
            Files.copy(shipped, script);
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    @Override
    public void close() throws IOException {
        try (appliance) {
            if (wrapperCgroups.exists()) {
                for (ControlGroup left : wrapperCgroups.children()) {
                    left.remove();
                }
                wrapperCgroups.remove();
            }
        }
    }
}
