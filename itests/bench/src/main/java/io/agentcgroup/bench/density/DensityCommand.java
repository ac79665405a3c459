package io.agentcgroup.bench.density;

import io.agentcgroup.bench.RecordedSessions;
import io.agentcgroup.bench.isolation.Emulation;
import io.agentcgroup.bench.isolation.FreshMemory;
import io.agentcgroup.cli.CommandException;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.InGuest;
import io.agentcgroup.replay.DecimalSize;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.vm.GuestException;
import io.agentcgroup.vm.KernelChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup bench density}: how many agents one machine bears. */
@Command(name = "density", mixinStandardHelpOptions = true, sortOptions = false,
        description = "How many recorded agents can a small machine bear, with nobody killed and the important one not held up?",
        footer = {"",
            "Always in a virtual machine, of --memory in all. One session with high priority and others with low priority replay their",
            "traces as calls (see replay --help), each started --stagger after the one before. A number of sessions passes",
            "when all did all their work, nothing was killed, and the 95th percentile of how long the high session's calls took",
            "is within --within percent of what it is alone. Arms:",
            "  none       no limits; the kernel's OOM killer decides",
            "  static     each session limited to its trace's peak, and only so many as fit by their peaks",
            "  graduated  AgentCgroup, its policy as shipped",
            "  earlyoom   no limits; Debian's earlyoom, its settings as packaged",
            "Each is tried with 1, 2, 4, ... sessions until a number does not pass, then in between.",
            "One step takes about as long as the longest trace divided by --speed, longer when memory is scarce: with traces of 100 s",
            "and --speed 3 about a minute, and an arm about six of them. The emulated machine takes 7 ms for each MiB: at a high",
            "--speed its CPUs are what is short, and no arm passes. What the high session takes alone is said first, beside its trace.",
            "Exit code: 0 when all arms were searched, whatever came out; 1 when not; 2 wrong usage."})
public final class DensityCommand implements Callable<Integer> {

    private static final List<String> ARMS = List.of("none", "static", "graduated", "earlyoom");

    /** What our own program and the files that it runs from take: nobody may take that from it, or nothing is measured. */
    private static final long OWN_BYTES = 256L << 20;

    /** So many times longer than without any hindrance is stuck: waiting in a queue may well take several times. */
    private static final int STUCK_TIMES = 8;

    private static final Duration LEAST_LIMIT = Duration.ofSeconds(60);

    /** All of it, on a busy host. */
    private static final Duration GUEST_AT_MOST = Duration.ofHours(3);

    @Spec
    private CommandSpec spec;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "2G", converter = DecimalSize.class,
            description = "Of the machine; ${DEFAULT-VALUE} by default. 2G is 2 x 10^9 bytes, 2Gi is 2 x 2^30.")
    private long memoryBytes;

    @Mixin
    private RecordedSessions sessions;

    @Option(names = "--arms", split = ",", paramLabel = "ARM", defaultValue = "none,static,earlyoom,graduated",
            description = "Separated by commas; ${DEFAULT-VALUE} by default.")
    private List<String> arms;

    @Option(names = "--speed", paramLabel = "N", defaultValue = "3",
            description = "So many times faster than recorded; ${DEFAULT-VALUE} by default. Memory is what it was.")
    private double speed;

    @Option(names = "--stagger", paramLabel = "SECONDS", defaultValue = "1", description = "Between the starts of two sessions; ${DEFAULT-VALUE} by default.")
    private double staggerS;

    @Option(names = "--set", paramLabel = "PID:KEY=VALUE", description = "A setting of the appliance other than shipped, such as "
            + "io.agentcgroup.engine:host.memory=85%%; may be repeated.")
    private List<String> settings = List.of();

    @Option(names = "--within", paramLabel = "PERCENT", defaultValue = "10", description = "Of alone, for the high session; ${DEFAULT-VALUE} by default.")
    private double withinPercent;

    @Option(names = "--most", paramLabel = "N", defaultValue = "16", description = "Try no more sessions than that; ${DEFAULT-VALUE} by default.")
    private int most;

    @Option(names = "--tries", paramLabel = "N", defaultValue = "2",
            description = "A number of sessions that does not pass is tried so often before that counts; ${DEFAULT-VALUE} by default.")
    private int tries;

    @Option(names = "--guest", description = "It always uses the virtual machine; for the sake of likeness with other benchmarks.")
    private boolean guest;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too, with every step and every call's time.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(most > 0 && tries > 0, "--most and --tries are at least 1");
        check(staggerS >= 0 && withinPercent >= 0, "--stagger and --within are not negative");
        for (String name : arms) {
            check(ARMS.contains(name), "there is no arm " + name + ": " + String.join(", ", ARMS));
            check(Collections.frequency(arms, name) == 1, "arm " + name + " is named twice");
        }
        Mix mix = mix();
        Map<String, Map<String, String>> parsed = parsedSettings();
        try {
            return Emulation.HERE ? here(mix, parsed) : inGuest();
        } catch (GuestException e) {
            throw new CommandException(e.getMessage(), e);
        }
    }

    private Mix mix() {
        try {
            return new Mix(sessions.high(), sessions.lows(), new Scale(speed, 0), sessions.declare(), Duration.ofMillis(Math.round(staggerS * 1000)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Map<String, Map<String, String>> parsedSettings() {
        Map<String, Map<String, String>> parsed = new LinkedHashMap<>();
        for (String setting : settings) {
            int colon = setting.indexOf(':');
            int equals = setting.indexOf('=');
            check(colon > 0 && equals > colon + 1, "--set is PID:KEY=VALUE, not " + setting);
            parsed.computeIfAbsent(setting.substring(0, colon), pid -> new LinkedHashMap<>())
                    .put(setting.substring(colon + 1, equals), setting.substring(equals + 1));
        }
        return parsed;
    }

    private void check(boolean right, String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private int inGuest() throws GuestException, IOException, InterruptedException {
        KernelChoice choice = sessions.kernel();
        return new InGuest(Math.toIntExact(memoryBytes >> 20), GUEST_AT_MOST, System.err::println).run(sessions.commandInGuest(spec), json,
                machine -> sessions.bringInto(machine, choice));
    }

    private int here(Mix mix, Map<String, Map<String, String>> parsed) throws IOException, InterruptedException {
        Instant started = Instant.now();
        protectOurselves();
        FreshMemory.touch(Long.MAX_VALUE / 2);
        long availableBytes = FreshMemory.availableBytes();
        List<Arm> chosen = arms.stream().map(name -> arm(name, availableBytes, parsed)).toList();
        DensityBench.Result result = new DensityBench(mix, limit(mix), most, tries, 1 + withinPercent / 100,
                line -> System.err.printf("%4d s  %s%n", Duration.between(started, Instant.now()).toSeconds(), line)).run(chosen);
        DensityReport report = new DensityReport(memoryBytes, FreshMemory.totalBytes(), availableBytes, mix, result);
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, report.json(started) + "\n");
        }
        return 0;
    }

    /** The machine is about to run out of memory, on purpose. */
    private static void protectOurselves() throws IOException {
        ControlGroup mount = ControlGroup.mount();
        mount.delegate(List.of("memory", "cpu"));
        ControlGroup own = mount.child("agentcgroup-density");
        own.create();
        own.write("memory.min", Long.toString(OWN_BYTES));
        own.write("cgroup.procs", Long.toString(ProcessHandle.current().pid()));
        Files.writeString(Path.of("/proc/self/oom_score_adj"), "-1000");
    }

    private static Arm arm(String name, long availableBytes, Map<String, Map<String, String>> settings) {
        return switch (name) {
            case "none" -> ContainersArm.none();
            case "static" -> ContainersArm.fixedPeaks(availableBytes);
            case "earlyoom" -> ContainersArm.earlyoom();
            default -> new ApplianceArm(settings);
        };
    }

    private static Duration limit(Mix mix) {
        Duration stuck = Duration.ofMillis((long) (mix.longestS() * 1000 * STUCK_TIMES));
        return stuck.compareTo(LEAST_LIMIT) > 0 ? stuck : LEAST_LIMIT;
    }
}
