package io.agentcgroup.bench.isolation;

import io.agentcgroup.bench.RecordedSessions;
import io.agentcgroup.harness.Here;
import io.agentcgroup.harness.InGuest;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.replay.DecimalSize;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Shape;
import io.agentcgroup.vm.GuestException;
import io.agentcgroup.vm.KernelChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup bench isolation}: the paper's experiment. */
@Command(name = "isolation", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Recorded agents, one with high and some with low priority, with less memory than they need: who gets through?",
        footer = {"",
            "All sessions start at the same moment and replay their traces (see replay --help). Arms, one run of each in turn:",
            "  ample      memory for everybody: the yardstick for completion times",
            "  none       one limit over all sessions, and the kernel's OOM killer",
            "  static     the same memory divided into a fixed limit a session",
            "  cgroup, sched-ext, memcg-bpf   AgentCgroup in that tier, its policy as shipped",
            "It runs on this host if its kernel can limit memory, else in a virtual machine that it boots itself.",
            "Sizes: 1100M is 1100 x 10^6 bytes, as traces count; 1100Mi is 1100 x 2^20.",
            "",
            "The paper: --high haiku-dask__dask-11628.json.gz and twice --low haiku-sigmavirus24__github3.py-673.json.gz,",
            "--total 1100M. Exit code: 0 when all runs were made, whatever came out; 1 when not; 2 wrong usage."})
public final class IsolationCommand implements Callable<Integer> {

    private static final List<String> ARMS = List.of("ample", "none", "static", "cgroup", "sched-ext", "memcg-bpf");

    /** For the kernel, the appliance, this program and the page cache, beside the sessions. */
    private static final int SYSTEM_MIB = 1024;

    /** Of an arm's run that no limit of ours counts: starting and stopping the appliance, on an emulated machine. */
    private static final Duration RUN_AROUND = Duration.ofSeconds(60);

    private static final Duration GUEST_AROUND = Duration.ofMinutes(5);

    /** So many times longer than without any hindrance is stuck; freezes and queues may well take several times. */
    private static final int STUCK_TIMES = 20;

    private static final Duration LEAST_LIMIT = Duration.ofSeconds(60);

    /** What is interrupted has that long to take its cgroups away. */
    private static final Duration CLEAN_UP_WITHIN = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private RecordedSessions sessions;

    @Option(names = "--total", required = true, paramLabel = "SIZE", converter = DecimalSize.class,
            description = "Memory for all sessions together.")
    private long totalBytes;

    @Option(names = "--extra", paramLabel = "SIZE", defaultValue = "100M", converter = DecimalSize.class,
            description = "Memory that each session holds beside the recorded one; ${DEFAULT-VALUE} by default.")
    private long extraBytes;

    @Option(names = "--speed", paramLabel = "N", defaultValue = "50",
            description = "So many times faster than recorded; ${DEFAULT-VALUE} by default. Memory is what it was.")
    private double speed;

    @Option(names = "--as", paramLabel = "SHAPE", defaultValue = "container",
            description = "container (one process a session, as in the paper; with AgentCgroup one tool call; the default) or calls.")
    private Shape shape;

    @Option(names = "--arms", split = ",", paramLabel = "ARM", defaultValue = "ample,none,static,cgroup,sched-ext",
            description = "Separated by commas; ${DEFAULT-VALUE} by default.")
    private List<String> arms;

    @Option(names = "--shares", split = ",", paramLabel = "N",
            description = "How static divides the memory, the high session first; equal by default.")
    private List<Integer> shares = List.of();

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Of each arm; ${DEFAULT-VALUE} by default.")
    private int runs;

    @Option(names = "--limit", paramLabel = "SECONDS",
            description = "End a run's sessions after that time; by default " + STUCK_TIMES + " times what they take unhindered, at least 60.")
    private Integer limitS;

    @Option(names = "--swap", paramLabel = "SIZE", defaultValue = "0", converter = DecimalSize.class,
            description = "Let sessions be swapped out; in the virtual machine to compressed memory of this size. None by default.")
    private long swapBytes;

    @Option(names = "--guest", description = "Use the virtual machine even if this host can enforce.")
    private boolean guest;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too, with every run and every allocation's time.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Load load = load();
        checkArms(load);
        check(runs > 0, "at least one run");
        check(totalBytes > 0, "--total is more than nothing");
        try {
            return guest || !Here.canEnforce() ? inGuest(load) : here(load);
        } catch (GuestException e) {
            System.err.println("agentcgroup bench isolation: " + e.getMessage());
            return 1;
        }
    }

    private Load load() {
        try {
            return new Load(sessions.high(), sessions.lows(), totalBytes, new Scale(speed, extraBytes), shape, sessions.declare(), swapBytes > 0);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private void checkArms(Load load) {
        check(shares.isEmpty() || shares.size() == load.members().size() && shares.stream().allMatch(share -> share > 0),
                "--shares is one number more than 0 for each of the " + load.members().size() + " sessions");
        for (String name : arms) {
            check(ARMS.contains(name), "there is no arm " + name + ": " + String.join(", ", ARMS));
            check(Collections.frequency(arms, name) == 1, "arm " + name + " is named twice");
        }
    }

    private Arm arm(String name, Load load, Tiers tiers) {
        return switch (name) {
            case "ample" -> LimitsArm.ample(load);
            case "none" -> LimitsArm.none(load);
            case "static" -> LimitsArm.divided(load, shares.isEmpty() ? Collections.nCopies(load.members().size(), 1) : shares);
            default -> new TierArm(name, load, tiers);
        };
    }

    private void check(boolean right, String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Duration limit(Load load) {
        if (limitS != null) {
            check(limitS > 0, "--limit is more than 0 seconds");
            return Duration.ofSeconds(limitS);
        }
        Duration stuck = Duration.ofMillis((long) (load.longestS() * 1000 * STUCK_TIMES));
        return stuck.compareTo(LEAST_LIMIT) > 0 ? stuck : LEAST_LIMIT;
    }

    private int inGuest(Load load) throws GuestException, IOException, InterruptedException {
        System.err.println(guest ? "Using a virtual machine." : "This host's kernel cannot limit memory by cgroup v2: using a virtual machine.");
        // Nothing may run out of memory but by a limit of ours.
        long sessionsMib = Math.max(load.demandBytes(), load.totalBytes()) >> 20;
        int swapMib = Math.toIntExact(swapBytes >> 20);
        Duration atMost = limit(load).plus(RUN_AROUND).multipliedBy((long) runs * arms.size()).plus(GUEST_AROUND);
        KernelChoice choice = sessions.kernel();
        return new InGuest(Math.toIntExact(sessionsMib) + SYSTEM_MIB + swapMib, atMost, System.err::println).run(sessions.commandInGuest(spec), json,
                machine -> sessions.bringInto(machine.swapMib(swapMib), choice));
    }

    private int here(Load load) throws IOException, InterruptedException {
        Instant started = Instant.now();
        List<ArmResult> results;
        CountDownLatch closed = new CountDownLatch(1);
        cleanUpWhenInterrupted(closed);
        try (Scratch scratch = new Scratch()) {
            if (Emulation.HERE) {
                FreshMemory.touch(load.demandBytes());
            }
            Tiers tiers = new Tiers(scratch.folder("classes"));
            List<Arm> chosen = arms.stream().map(name -> arm(name, load, tiers)).toList();
            results = new IsolationBench(load, chosen, limit(load),
                    line -> System.err.printf("%4d s  %s%n", Duration.between(started, Instant.now()).toSeconds(), line)).run(runs);
        } finally {
            closed.countDown();
        }
        IsolationReport report = new IsolationReport(load, results);
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, report.json(started) + "\n");
        }
        return 0;
    }

    /** Control-C must not leave sessions and cgroups behind: what runs is interrupted and has time to close what it opened. */
    private static void cleanUpWhenInterrupted(CountDownLatch closed) {
        Thread bench = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (closed.getCount() > 0) {
                bench.interrupt();
            }
            try {
                closed.await(CLEAN_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
