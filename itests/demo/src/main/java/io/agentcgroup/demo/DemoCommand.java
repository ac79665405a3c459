package io.agentcgroup.demo;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.harness.Here;
import io.agentcgroup.harness.InGuest;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.vm.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup demo}: the main job, without and with AgentCgroup. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Run three agents with real commands under memory pressure, without and with AgentCgroup, and compare.",
        footer = {"",
            "The agents build and test a small project, start a server, and make mistakes: workers that take more than there",
            "is, a leak, a fork bomb. Both arms run the same scripts with the same budget for each session. It runs on",
            "this host if its kernel can enforce limits, else in a virtual machine that it boots itself.",
            "",
            "Exit code: 0 when with AgentCgroup every agent lived and no innocent call failed; 1 when not; 2 wrong usage."})
public final class DemoCommand implements Subcommand, Callable<Integer> {

    /** Both arms take two minutes on an emulated machine; what takes six times that is stuck. */
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(12);

    /** For the kernel, the appliance, this program and the page cache, beside the sessions. */
    private static final int SYSTEM_MIB = 1024;

    /** The appliance's folder; short, because sockets lie in it. */
    private static final String APPLIANCE = "a";

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the comparison as data too.")
    private Path json;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "512m",
            description = "What each session may have; ${DEFAULT-VALUE} by default.")
    private String memory;

    // More than one call may have (512), as a session's budget should be: else one call alone can fill it.
    @Option(names = "--pids", paramLabel = "N", defaultValue = "768",
            description = "How many processes each session may have; ${DEFAULT-VALUE} by default.")
    private int pids;

    @Option(names = "--off", paramLabel = "KIND", defaultValue = "docker",
            description = "What \"off\" is: a session's cgroup as Docker makes it (docker, the default: the kernel kills the largest"
                    + " process) or as Kubernetes does since 1.28 (kubernetes: it kills all).")
    private OffArm.Semantics off;

    @Option(names = "--guest", description = "Use the virtual machine even if this host can enforce.")
    private boolean guest;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long memoryBytes = Quantity.parseBytes(memory)
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "not a size such as 512m or 2g: " + memory));
        Scenario scenario = scenario(memoryBytes);
        try {
            if (guest || !Here.canEnforce()) {
                return inGuest(scenario);
            }
            return here(scenario);
        } catch (GuestException e) {
            System.err.println("agentcgroup demo: " + e.getMessage());
            return 1;
        }
    }

    private Scenario scenario(long memoryBytes) throws IOException {
        try {
            return Scenario.of(memoryBytes, pids);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private int inGuest(Scenario scenario) throws GuestException, IOException, InterruptedException {
        System.err.println(guest ? "Using a virtual machine." : "This host's kernel cannot limit memory by cgroup v2: using a virtual machine.");
        // No session can use more than its budget, so the machine itself never runs out.
        long sessionsMib = scenario.agents().size() * (scenario.memoryBytes() >> 20);
        return new InGuest(Math.toIntExact(sessionsMib + SYSTEM_MIB), GUEST_AT_MOST, System.err::println).run(
                List.of("demo", "--memory", memory, "--pids", Integer.toString(pids), "--off", off.toString()), json);
    }

    private int here(Scenario scenario) throws IOException, InterruptedException {
        Instant started = Instant.now();
        List<ArmResult> arms = new ArrayList<>();
        String tier;
        try (Scratch scratch = new Scratch()) {
            tier = run(started, scenario, new Experiment(scenario, scratch.folder(), line -> say(started, line)),
                    scratch.folder(APPLIANCE), arms);
        }
        System.out.print(Comparison.text(arms));
        if (json != null) {
            Files.writeString(json, DemoReport.json(scenario, off.toString(), tier, started, arms) + "\n");
        }
        return arms.get(1).kept() ? 0 : 1;
    }

    private static void say(Instant started, String line) {
        System.out.printf("%4d s  %s%n", Duration.between(started, Instant.now()).toSeconds(), line);
    }

    /** Both arms, one after the other; returns the tier. */
    private String run(Instant started, Scenario scenario, Experiment experiment, Path folder, List<ArmResult> arms)
            throws IOException, InterruptedException {
        say(started, "without AgentCgroup: starting three agents ...");
        try (Arm arm = new OffArm(scenario, off)) {
            arms.add(experiment.run(arm));
        }
        say(started, "with AgentCgroup: starting it ...");
        try (OnArm arm = new OnArm(scenario, folder)) {
            say(started, "with AgentCgroup: starting three agents ...");
            arms.add(experiment.run(arm));
            return arm.tier();
        }
    }
}
