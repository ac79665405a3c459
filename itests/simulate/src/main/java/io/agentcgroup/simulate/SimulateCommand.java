package io.agentcgroup.simulate;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.replay.DecimalSize;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import io.agentcgroup.replay.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup simulate}: policies against a modelled host. */
@Command(name = "simulate", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Let recorded agents share a modelled host under a policy: the real engine and the real policy, in simulated time.",
        footer = {"",
            "Sessions replay their traces as calls (see replay --help), each started --stagger after the one before. POLICY is fixed,",
            "graduated, the path of a jar, a class's name, or none (only the kernel's OOM killer) or static (each session limited to",
            "its trace's peak, and only as many as fit by that). What is modelled is the kernel: memory that cannot be reclaimed,",
            "hard and soft limits, freezing, the OOM killer's choice, and CPUs shared while memory is taken.",
            "",
            "--sweep varies policy, sessions, memory, speed, seed, declare, or a setting (PID:KEY): all combinations are simulated.",
            "The same traces, options and seed give the same result.",
            "Exit code: 0 when all was simulated, whatever came out; 1 when not; 2 wrong usage."})
public final class SimulateCommand implements Subcommand, Callable<Integer> {

    private static final List<String> SWEPT = List.of("policy", "sessions", "memory", "speed", "seed", "declare");
    private static final double NS_PER_MS = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(names = "--policy", paramLabel = "POLICY", defaultValue = "graduated", description = "${DEFAULT-VALUE} by default.")
    private String policy;

    @Option(names = "--traces", required = true, paramLabel = "DIR|FILE",
            description = "A folder of agent-trace/v1 files, drawn from by --seed; or files: the first for the first session, the others in turn.")
    private List<Path> traces;

    @Option(names = "--sessions", paramLabel = "N", defaultValue = "4", description = "${DEFAULT-VALUE} by default.")
    private String sessions;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "2G", description = "Of the machine; ${DEFAULT-VALUE} by default, 2 x 10^9 bytes.")
    private String memory;

    @Option(names = "--system", paramLabel = "SIZE", defaultValue = "200M", converter = DecimalSize.class,
            description = "Of that, for everything that is no session; ${DEFAULT-VALUE} by default.")
    private long systemBytes;

    @Option(names = "--priority", split = ",", paramLabel = "PRIORITY", defaultValue = "high,low",
            description = "Of the sessions in turn, the last for all further ones; ${DEFAULT-VALUE} by default.")
    private List<String> priorities;

    @Option(names = "--speed", paramLabel = "N", defaultValue = "1", description = "So many times faster than recorded; ${DEFAULT-VALUE} by default.")
    private String speed;

    @Option(names = "--extra", paramLabel = "SIZE", defaultValue = "0", converter = DecimalSize.class,
            description = "Memory that each agent holds beside the recorded one.")
    private long extraBytes;

    @Option(names = "--stagger", paramLabel = "SECONDS", defaultValue = "1", description = "Between two starts; ${DEFAULT-VALUE} by default.")
    private double staggerS;

    @Option(names = "--declare", description = "Each call declares its recorded peak.")
    private boolean declare;

    @Option(names = "--set", paramLabel = "PID:KEY=VALUE", description = "A setting other than shipped; may be repeated.")
    private List<String> settings = List.of();

    @Option(names = "--tier", paramLabel = "TIER", defaultValue = "cgroup",
            description = "That is modelled: cgroup, or sched-ext, which can hold calls off the CPU; ${DEFAULT-VALUE} by default.")
    private String tier;

    @Option(names = "--cpus", paramLabel = "N", defaultValue = "2", description = "Of the machine; ${DEFAULT-VALUE} by default.")
    private int cpus;

    @Option(names = "--fill", paramLabel = "SIZE", defaultValue = "2G", converter = DecimalSize.class,
            description = "How much memory a process takes in a second; ${DEFAULT-VALUE} by default, 150M in the emulated guest.")
    private long fillBytesPerS;

    @Option(names = "--call-cost", paramLabel = "MS", defaultValue = "4",
            description = "From an agent's wish for a shell until the command runs; ${DEFAULT-VALUE} by default, 60 in the emulated guest.")
    private double callCostMs;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the draw of traces; ${DEFAULT-VALUE} by default.")
    private String seed;

    @Option(names = "--sweep", paramLabel = "NAME=V1,V2...", description = "Vary this; may be repeated.")
    private List<String> sweeps = List.of();

    @Option(names = "--validate", paramLabel = "FILE",
            description = "Simulate what this document of bench density measured, and compare; --traces is the folder of its traces.")
    private Path validate;

    @Option(names = "--json", paramLabel = "OUT", description = "Write the result as data too.")
    private Path json;

    private final Map<Path, Trace> read = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        Instant started = Instant.now();
        // Before the first logger: what engines note in simulated time is counted, not printed.
        System.setProperty("logback.configurationFile", "io/agentcgroup/simulate/logback.xml");
        return validate == null ? simulate(started) : compare();
    }

    private int compare() throws IOException {
        if (traces.size() != 1 || !Files.isDirectory(traces.get(0))) {
            throw new ParameterException(spec.commandLine(), "--validate wants the folder of the traces: one --traces DIR");
        }
        Validation validation = new Validation(validate, traces.get(0), new Plugins());
        System.out.print(validation.text());
        if (json != null) {
            Files.writeString(json, validation.json() + "\n");
        }
        return 0;
    }

    private int simulate(Instant started) throws IOException {
        List<Scenario> scenarios = new ArrayList<>();
        try {
            for (Map<String, String> combination : Sweep.combinations(sweeps)) {
                scenarios.add(scenario(combination));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        Plugins plugins = new Plugins();
        long realNs = System.nanoTime();
        // Simulations share nothing but the classes of their policies; the order of the results is that of the scenarios.
        List<Result> results = scenarios.parallelStream().map(scenario -> new Simulation(plugins).run(scenario)).toList();
        Report report = new Report(sweeps.isEmpty() ? List.of() : Sweep.combinations(sweeps), results, (System.nanoTime() - realNs) / 1e9);
        System.out.print(report.text());
        if (json != null) {
            Files.writeString(json, report.json(started) + "\n");
        }
        return 0;
    }

    private Scenario scenario(Map<String, String> varied) {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        settings.forEach(setting -> {
            int equals = setting.indexOf('=');
            set(all, equals < 0 ? setting : setting.substring(0, equals), equals < 0 ? "" : setting.substring(equals + 1));
        });
        varied.forEach((name, value) -> {
            if (!SWEPT.contains(name)) {
                set(all, name, value);
            }
        });
        Machine machine = new Machine(new DecimalSize().convert(varied.getOrDefault("memory", memory)), systemBytes, cpus, fillBytesPerS,
                Math.round(callCostMs * NS_PER_MS));
        int count = Integer.parseInt(varied.getOrDefault("sessions", sessions));
        if (count < 1) {
            throw new IllegalArgumentException("--sessions is at least 1");
        }
        boolean declares = varied.containsKey("declare") ? Boolean.parseBoolean(varied.get("declare")) : declare;
        return new Scenario(varied.getOrDefault("policy", policy), machine, tierNamed(tier),
                members(count, Long.parseLong(varied.getOrDefault("seed", seed))),
                new Scale(Double.parseDouble(varied.getOrDefault("speed", speed)), extraBytes), Math.round(staggerS * 1e9), all, declares);
    }

    private static void set(Map<String, Map<String, String>> all, String name, String value) {
        int colon = name.indexOf(':');
        if (colon < 1 || colon == name.length() - 1) {
            throw new IllegalArgumentException("a setting is PID:KEY=VALUE, and what can be varied besides is " + String.join(", ", SWEPT) + "; not " + name);
        }
        all.computeIfAbsent(name.substring(0, colon), pid -> new LinkedHashMap<>()).put(name.substring(colon + 1), value);
    }

    private static Tier tierNamed(String label) {
        return Arrays.stream(Tier.values()).filter(each -> each.label().equals(label)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no tier " + label));
    }

    private List<Member> members(int count, long drawnBy) {
        List<Path> files = new ArrayList<>();
        boolean drawn = traces.size() == 1 && Files.isDirectory(traces.get(0));
        if (drawn) {
            files.addAll(inFolder(traces.get(0)));
            Collections.shuffle(files, new Random(drawnBy));
        } else {
            files.addAll(traces);
        }
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path file = drawn || i == 0 || files.size() == 1 ? files.get(i % files.size()) : files.get(1 + (i - 1) % (files.size() - 1));
            members.add(new Member(new SessionName("s" + i), priority(i), read.computeIfAbsent(file, TraceReader::read)));
        }
        return members;
    }

    private static List<Path> inFolder(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> found = all.filter(file -> file.toString().endsWith(".json.gz") || file.toString().endsWith(".json")).sorted().toList();
            if (found.isEmpty()) {
                throw new CommandException("there is no trace in " + folder);
            }
            return found;
        } catch (IOException e) {
            throw new CommandException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Priority priority(int session) {
        String word = priorities.get(Math.min(session, priorities.size() - 1));
        return Arrays.stream(Priority.values()).filter(each -> each.name().equalsIgnoreCase(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a priority is high, normal or low, not " + word.toLowerCase(Locale.ROOT)));
    }
}
