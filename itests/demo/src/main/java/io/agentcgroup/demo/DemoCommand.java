package io.agentcgroup.demo;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.vm.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the comparison as data too.")
    private Path json;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "640m",
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
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "not a size such as 640m or 2g: " + memory));
        Scenario scenario = scenario(memoryBytes);
        try {
            if (guest || !Here.canEnforce()) {
                return new DemoInGuest(line -> System.err.println(line)).run(arguments(), scenario, json);
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

    private List<String> arguments() {
        return List.of("--memory", memory, "--pids", Integer.toString(pids), "--off", off.toString());
    }

    private int here(Scenario scenario) throws IOException, InterruptedException {
        Consumer<String> progress = line -> System.out.println("  " + line);
        Instant started = Instant.now();
        Path folder = Files.createTempDirectory("acg");
        List<ArmResult> arms = new ArrayList<>();
        Experiment experiment = new Experiment(scenario, folder, progress);
        System.out.println("Without AgentCgroup ...");
        try (Arm arm = new OffArm(scenario, off)) {
            arms.add(experiment.run(arm));
        }
        System.out.println("With AgentCgroup: starting it ...");
        String tier;
        try (OnArm arm = new OnArm(scenario, folder)) {
            tier = arm.tier();
            arms.add(experiment.run(arm));
        }
        System.out.print(Comparison.text(arms));
        if (json != null) {
            Files.writeString(json, DemoReport.json(scenario, off.toString(), tier, started, arms) + "\n");
        }
        return arms.get(1).kept() ? 0 : 1;
    }
}
