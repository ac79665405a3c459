package io.agentcgroup.replay;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentcgroup replay}: the memory of a recorded run, once more. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Do a recorded run of an agent again: take the memory that it took, when it took it.",
        footer = {"",
            "TRACE is an agent-trace/v1 document, gzip'd or not. As container, one process follows the whole curve. As",
            "calls, an agent holds what was used between shell calls, and starts each of them by bash -c and the recorded",
            "command, found by PATH; the command is not run, its memory beyond the agent's is taken and given back",
            "instead. In a session (--session, or this command as its agent) each is a tool call with a cgroup of its own.",
            "Time is divided by --speed, memory is what it was. CPU time is not replayed. What is held up makes",
            "everything after it later.",
            "",
            "Exit code: 0 when it got to its end and every call exited with 0; 1 when not; 2 wrong usage."})
public final class ReplayCommand implements Subcommand, Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TRACE", description = "The recorded run.")
    private Path trace;

    @Option(names = "--as", paramLabel = "SHAPE", defaultValue = "container",
            description = "container (one process, the default) or calls (an agent and its tool calls).")
    private Shape shape;

    @Option(names = "--speed", paramLabel = "N", defaultValue = "1", description = "So many times faster; ${DEFAULT-VALUE} by default.")
    private double speed;

    @Option(names = "--extra", paramLabel = "SIZE", defaultValue = "0", converter = DecimalSize.class,
            description = "Memory to hold beside the recorded one, such as 100M (10^6 bytes) or 100Mi.")
    private long extraBytes;

    @Option(names = "--session", paramLabel = "NAME", description = "Run it as the agent of this session of the running appliance.")
    private String session;

    @Option(names = "--priority", paramLabel = "PRIORITY", description = "Of the session: high, normal or low.")
    private String priority;

    @Option(names = "--declare", description = "Declare each call's recorded peak (AGENT_RESOURCE_HINT), as a well-informed agent would.")
    private boolean declare;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too, with every allocation's time.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Scale scale = scale();
        if (priority != null && session == null) {
            throw new ParameterException(spec.commandLine(), "--priority is of a session: say --session");
        }
        Trace recorded = TraceReader.read(trace);
        Instant started = Instant.now();
        try (Scratch scratch = new Scratch()) {
            Workload workload = workload(scratch.folder(), recorded, scale);
            int exit = run(workload.command());
            Result result = Result.of(workload, exit);
            print(recorded, scale, result);
            if (json != null) {
                Files.writeString(json, document(recorded, scale, started, result) + "\n");
            }
            return result.complete() ? 0 : 1;
        }
    }

    private Scale scale() {
        try {
            return new Scale(speed, extraBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    private Workload workload(Path folder, Trace recorded, Scale scale) throws IOException {
        ReplayProgram program = ReplayProgram.in(folder);
        if (shape == Shape.CALLS) {
            return Workload.agentWithCalls(folder, program, recorded, scale, Workload.Gate.OPEN, declare);
        }
        // In a session what takes memory is a tool call: the agent itself is protected from everything.
        return session == null ? Workload.oneProcess(folder, program, recorded, scale)
                : Workload.oneCall(folder, program, recorded, scale, Workload.Gate.OPEN, declare);
    }

    private int run(List<String> replayer) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        ProcessBuilder builder = new ProcessBuilder(line);
        if (session != null) {
            Place place = Place.current();
            line.addAll(List.of(place.program("agentcgroup"), "run", "--session", session));
            if (priority != null) {
                line.addAll(List.of("--priority", priority));
            }
            line.add("--");
            builder.environment().putAll(place.environment());
        }
        line.addAll(replayer);
        Process process = builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
        // Whoever interrupts us wants it all to end.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process.waitFor();
    }

    /** How it went. */
    private record Result(int exit, Recording agent, int callsPlanned, List<Recording.Allocation> allocations) {

        static Result of(Workload workload, int exit) throws IOException {
            Recording agent = workload.agentRecording();
            if (agent.beginNs().isEmpty()) {
                throw new CommandException("the replay did not start, exit code " + exit);
            }
            return new Result(exit, agent, workload.calls(), workload.allocations());
        }

        boolean finished() {
            return exit == 0 && agent.endNs().isPresent();
        }

        boolean complete() {
            return finished() && agent.calls().stream().allMatch(call -> call.status() == 0);
        }

        Double completionS() {
            return finished() ? (agent.endNs().getAsLong() - agent.beginNs().getAsLong()) / 1e9 : null;
        }

        Sample allocationsMs() {
            return allocations.isEmpty() ? null : Sample.of(allocations.stream().mapToDouble(a -> a.tookNs() / 1e6).toArray());
        }
    }

    private void print(Trace recorded, Scale scale, Result result) {
        Table table = new Table("", "");
        table.row("recorded", String.format(Locale.ROOT, "%.1f s, peak %s", recorded.durationS(),
                DecimalSize.megabytes(recorded.peakBytes())));
        table.row("replayed as", shape + ", " + speed + " times faster, " + DecimalSize.megabytes(scale.extraBytes()) + " extra");
        table.row("took", result.finished() ? String.format(Locale.ROOT, "%.3f s", result.completionS())
                : "did not get to its end: exit code " + result.exit());
        table.row("calls", result.agent().calls().size() + " of " + result.callsPlanned() + ", "
                + result.agent().calls().stream().filter(call -> call.status() != 0).count() + " of them failed");
        Sample allocations = result.allocationsMs();
        table.row("allocations", allocations == null ? "none" : String.format(Locale.ROOT,
                "%d of at most 1 MiB, median %.2f ms, P95 %.2f ms, P99 %.2f ms", allocations.size(), allocations.median(),
                allocations.percentile(95), allocations.percentile(99)));
        System.out.print(table);
    }

    private String document(Trace recorded, Scale scale, Instant started, Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("trace", recorded.name());
        fields.put("as", shape.toString());
        fields.put("speed", speed);
        fields.put("extra_bytes", scale.extraBytes());
        fields.put("session", session);
        fields.put("declared", declare);
        fields.put("exit_code", result.exit());
        fields.put("finished", result.finished());
        fields.put("completion_s", result.completionS());
        fields.put("calls_planned", result.callsPlanned());
        fields.put("calls", result.agent().calls().stream().map(call -> Map.of("call", call.call(), "status", call.status(),
                "duration_ms", (call.endNs() - call.startNs()) / 1e6)).toList());
        fields.put("allocations_us", result.allocations().stream().map(a -> a.tookNs() / 1000).toList());
        return Document.of("replay", fields);
    }
}
