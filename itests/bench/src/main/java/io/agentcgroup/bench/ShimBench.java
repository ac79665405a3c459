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
 * <p>All arms are run by one agent in one session, plain and through the shim in turn, so that whatever the machine does
 * meanwhile does it to both. The reference forms have blocks of their own between: they move processes from cgroup to cgroup, after
 * which every fork on the host is slow for a while (the kernel's {@code cgroup_threadgroup_rwsem}), and their neighbours would pay.
 */
final class ShimBench implements AutoCloseable {

    private static final String SESSION = "bench";
    private static final String PLAIN = "bash";
    private static final String SHIM = "shim";

    /** Rounds that are not counted: caches settle. */
    private static final int WARM_UP_ROUNDS = 30;
    /** So many calls of each arm, then the next arm's: short against what a machine's moods last. */
    private static final int BLOCK_ROUNDS = 20;
    /** Longer than forks stay slow after a move. */
    private static final List<String> PAUSE = List.of("/bin/sleep", "0.1");
    private static final String WASHOUT = "";
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
        List<String> plan = plan(before + rounds);
        List<Spawner.Result> results = spawn(plan.stream().map(arm -> arms.getOrDefault(arm, PAUSE)).toList(), pace);
        shimCalls += before + rounds;
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        arms.keySet().forEach(arm -> micros.put(arm, new ArrayList<>()));
        for (int i = 0; i < plan.size(); i++) {
            if (results.get(i).status() != 0) {
                throw new IOException("a call ended with " + results.get(i).status() + " instead of 0: nothing was measured");
            }
            if (micros.containsKey(plan.get(i))) {
                micros.get(plan.get(i)).add((double) results.get(i).micros());
            }
        }
        Map<String, Sample> samples = new LinkedHashMap<>();
        micros.forEach((arm, all) -> samples.put(arm, Sample.of(all.stream().skip(before).mapToDouble(Double::doubleValue).toArray())));
        return samples;
    }

    /** @return the arm of each call, and {@link #WASHOUT} where the machine is left alone */
    private List<String> plan(int rounds) {
        List<String> plan = new ArrayList<>();
        for (int from = 0; from < rounds; from += BLOCK_ROUNDS) {
            int until = Math.min(from + BLOCK_ROUNDS, rounds);
            for (int round = from; round < until; round++) {
                // They take turns in going first.
                plan.addAll(round % 2 == 0 ? List.of(PLAIN, SHIM) : List.of(SHIM, PLAIN));
            }
            for (String arm : arms.keySet()) {
                if (!arm.equals(PLAIN) && !arm.equals(SHIM)) {
                    plan.addAll(Collections.nCopies(until - from, arm));
                    plan.add(WASHOUT);
                }
            }
        }
        return plan;
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
