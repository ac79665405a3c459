package io.agentcgroup.eval;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup eval intents}. */
@Command(name = "intents", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Replay recorded runs and predict each shell call's memory before seeing it.",
        footer = {"", "A call's peak is its largest sample less the last one before it. Coverage: share of calls whose peak is",
            "within the grant. Waste: memory granted over time by memory needed over time. Spill: mean MB above the grant.",
            "Grants and needs are never below 32 MB. Every predictor has one knob; figures are those of its cheapest",
            "setting with that coverage."})
public final class IntentsCommand implements Callable<Integer> {

    @Option(names = "--traces", required = true, paramLabel = "DIR", description = "Folder of agent-trace/v1 files.")
    private Path traces;

    @Option(names = "--json", paramLabel = "OUT", description = "Write everything, the whole curves too, to this file.")
    private Path json;

    @Option(names = "--orders", paramLabel = "N", defaultValue = "6",
            description = "Repeat in N random orders of the tasks, and N times learn on one half of the tasks and judge on the"
                    + " other; ${DEFAULT-VALUE} by default, 0 for none.")
    private int orders;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the random orders; ${DEFAULT-VALUE} by default.")
    private long seed;

    @Override
    public Integer call() {
        List<Run> runs = Traces.read(traces);
        if (runs.stream().allMatch(run -> run.calls().isEmpty())) {
            throw new CommandException("no shell call in " + traces + " has two samples inside");
        }
        Evaluation evaluation = Evaluation.of(runs, Math.max(0, orders), seed);
        System.out.print(Report.text(evaluation));
        if (json != null) {
            write(Document.of("eval-intents", Report.fields(evaluation)));
        }
        return 0;
    }

    private void write(String document) {
        try {
            Files.writeString(json, document + "\n");
        } catch (IOException e) {
            throw new CommandException("cannot write " + json + ": " + e.getMessage(), e);
        }
    }
}
