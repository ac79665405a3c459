package io.agentcgroup.bench.negotiation;

import io.agentcgroup.bench.Benchmark;
import io.agentcgroup.bench.negotiation.NegotiationBench.Round;
import io.agentcgroup.bench.negotiation.NegotiationBench.TaskResult;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench negotiation}. */
@Command(name = "negotiation", mixinStandardHelpOptions = true, sortOptions = false,
        description = "A scripted agent does tasks that need more memory than it thinks: reading the feedback and doing what it says, and not.",
        footer = {"", "Needs a kernel with the memory controller: --guest where this host's has none."})
public final class NegotiationCommand extends Benchmark {

    private static final int GUEST_MIB = 2048;
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(30);

    @Option(names = "--runs", paramLabel = "N", description = "Rounds of both arms; ${DEFAULT-VALUE} by default.")
    private int runs = 3;

    public NegotiationCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        NegotiationBench.Result result = new NegotiationBench(Place.current().home(), System.err::println).run(runs);
        List<Map<String, Object>> arms = new ArrayList<>();
        for (String arm : List.of(NegotiationBench.WITH, NegotiationBench.WITHOUT)) {
            List<Round> rounds = result.rounds().stream().filter(round -> round.arm().equals(arm)).toList();
            print(arm, rounds);
            arms.add(document(arm, rounds));
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.tier());
        fields.put("runs", runs);
        fields.put("arms", arms);
        publish(Document.of("bench-negotiation", fields));
        return 0;
    }

    private static long completed(List<Round> rounds) {
        return rounds.stream().flatMap(round -> round.tasks().stream()).filter(TaskResult::completed).count();
    }

    private static long tasks(List<Round> rounds) {
        return rounds.stream().mapToLong(round -> round.tasks().size()).sum();
    }

    private static double seconds(List<Round> rounds) {
        return Sample.of(rounds.stream().mapToDouble(Round::seconds).toArray()).median();
    }

    private static void print(String arm, List<Round> rounds) {
        System.out.printf("%-17s %d of %d tasks done, %d attempts, %d ended for memory, median %.1f s a round%n", arm, completed(rounds),
                tasks(rounds), rounds.stream().flatMap(round -> round.tasks().stream()).mapToInt(TaskResult::attempts).sum(),
                rounds.stream().mapToLong(Round::outOfMemory).sum(), seconds(rounds));
        rounds.get(0).tasks().forEach(task -> System.out.printf("  %-29s %s after %d (first round)%n", task.task(),
                task.completed() ? "done" : "not done", task.attempts()));
    }

    private static Map<String, Object> document(String arm, List<Round> rounds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm);
        fields.put("tasks", tasks(rounds));
        fields.put("completed", completed(rounds));
        fields.put("attempts", rounds.stream().flatMap(round -> round.tasks().stream()).mapToInt(TaskResult::attempts).sum());
        fields.put("out_of_memory", rounds.stream().mapToLong(Round::outOfMemory).sum());
        fields.put("median_s", seconds(rounds));
        fields.put("runs_raw", rounds.stream().map(round -> Map.of("seconds", round.seconds(), "out_of_memory", round.outOfMemory(),
                "tasks", round.tasks().stream().map(task -> Map.of("task", task.task(), "attempts", task.attempts(), "exit_code",
                        task.exitCode())).toList())).toList());
        return fields;
    }
}
