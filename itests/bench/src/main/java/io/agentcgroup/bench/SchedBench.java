package io.agentcgroup.bench;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * CPU shares and short calls under one scheduler, in cgroups of its own beside the appliance's. While our scheduler is attached
 * the kernel's own still has all tasks that do not ask for ours, so one run measures both.
 */
final class SchedBench implements AutoCloseable {

    /** Who schedules, by the number that {@code sched_setscheduler(2)} takes. */
    enum Arm {
        KERNEL("kernel", 0), SCHED_EXT("sched-ext", 7);

        final String label;
        final int policy;

        Arm(String label, int policy) {
            this.label = label;
            this.policy = policy;
        }
    }

    /**
     * Short calls beside hogs.
     *
     * @param callsMs how long each took
     * @param hogCpus CPUs that the hogs got
     */
    record Interactive(List<Double> callsMs, double hogCpus) {
    }

    private static final int HOGS = Runtime.getRuntime().availableProcessors();
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(6);
    private static final Duration GAP = Duration.ofMillis(150);
    private static final int LOOPS = 20_000;
    /** The kernel's default, for groups that are equal. */
    private static final int WEIGHT = 100;
    private static final int PERIOD_US = 100_000;
    private static final Duration ENDED_AT_MOST = Duration.ofSeconds(30);
    private static final String HOG = "open my $p, '>', shift or die; syswrite $p, \"0\\n\"; close $p; my $policy = shift() + 0; my $none = pack('i', 0);"
            + " $policy == 0 || syscall(144, 0, $policy, $none) == 0 or die \"policy $policy: $!\"; 1 while 1";

    private final ControlGroup root;
    private final Path agent;

    /** @param agent the script of the agent with short calls */
    SchedBench(Path agent) throws IOException {
        this.agent = agent;
        root = ControlGroup.mount().child("agentcgroup-bench-sched-" + ProcessHandle.current().pid());
        root.create();
        root.delegate(List.of("cpu"));
    }

    private ControlGroup group(String name, int weight) throws IOException {
        ControlGroup group = root.child(name);
        group.create();
        group.write("cpu.weight", Integer.toString(weight));
        return group;
    }

    private static void hogs(ControlGroup group, Arm arm) throws IOException {
        for (int i = 0; i < HOGS; i++) {
            new ProcessBuilder("perl", "-e", HOG, group.directory().resolve("cgroup.procs").toString(), Integer.toString(arm.policy))
                    .inheritIO().start();
        }
    }

    /** @return of each group with hogs, by name, its part of what all of them used */
    Map<String, Double> shares(Arm arm, SharedCpus groupsWanted) throws IOException, InterruptedException {
        Map<String, ControlGroup> groups = new LinkedHashMap<>();
        for (SharedCpus.Group wanted : groupsWanted.groups()) {
            ControlGroup group = group(wanted.path(), wanted.weight());
            if (groupsWanted.isInner(wanted)) {
                group.delegate(List.of("cpu"));
            } else {
                groups.put(wanted.path(), group);
            }
        }
        for (ControlGroup group : groups.values()) {
            hogs(group, arm);
        }
        TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
        Map<String, Long> used = new LinkedHashMap<>();
        for (Map.Entry<String, ControlGroup> group : groups.entrySet()) {
            used.put(group.getKey(), -group.getValue().cpuUs());
        }
        TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
        long all = 0;
        for (Map.Entry<String, ControlGroup> group : groups.entrySet()) {
            all += used.merge(group.getKey(), group.getValue().cpuUs(), Long::sum);
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Map.Entry<String, Long> one : used.entrySet()) {
            shares.put(one.getKey(), one.getValue() / (double) all);
        }
        removeAll();
        return shares;
    }

    /** @return how much of one CPU hogs with that much of it as their {@code cpu.max} got, where nobody else wants any */
    double limited(Arm arm, double cpus) throws IOException, InterruptedException {
        ControlGroup group = group("limited", WEIGHT);
        group.write("cpu.max", Math.round(cpus * PERIOD_US) + " " + PERIOD_US);
        hogs(group, arm);
        TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
        long usedUs = -group.cpuUs();
        long since = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
        usedUs += group.cpuUs();
        double got = usedUs * 1000.0 / (System.nanoTime() - since);
        removeAll();
        return got;
    }

    Interactive interactive(Arm arm, int calls) throws IOException, InterruptedException {
        List<ControlGroup> hogs = List.of(group("hog-a", WEIGHT), group("hog-b", WEIGHT));
        ControlGroup session = group("session", WEIGHT);
        session.delegate(List.of("cpu"));
        for (ControlGroup group : hogs) {
            hogs(group, arm);
        }
        TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
        long used = -hogs.get(0).cpuUs() - hogs.get(1).cpuUs();
        long since = System.nanoTime();
        Process process = new ProcessBuilder("perl", agent.toString(), Integer.toString(arm.policy), session.directory().toString(),
                Integer.toString(calls), Double.toString(GAP.toMillis() / 1e3), Integer.toString(LOOPS))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Double> times = new ArrayList<>();
        process.inputReader().lines().map(Double::valueOf).forEach(times::add);
        if (process.waitFor() != 0 || times.size() != calls) {
            throw new IOException("the agent with short calls ended after " + times.size() + " of " + calls);
        }
        used += hogs.get(0).cpuUs() + hogs.get(1).cpuUs();
        double cpus = used * 1000.0 / (System.nanoTime() - since);
        removeAll();
        return new Interactive(times, cpus);
    }

    private void removeAll() throws IOException, InterruptedException {
        root.kill();
        if (!root.awaitEmpty(ENDED_AT_MOST)) {
            throw new IOException("killed processes were not gone after " + ENDED_AT_MOST.toSeconds() + " s");
        }
        removeBelow(root);
    }

    private static void removeBelow(ControlGroup group) throws IOException {
        for (ControlGroup child : group.children()) {
            removeBelow(child);
            child.remove();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            removeAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        root.remove();
    }
}
