package io.agentcgroup.bench;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench calls}. */
@Command(name = "calls", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Many calls at once, half of them failing, some killed: exit codes, journal and cgroups are checked.",
        footer = {"", "Exit code: 0 when every exit code was right, every call is in the journal once and whole, and no cgroup is left."})
final class CallsCommand extends Benchmark {

    private static final int GUEST_MIB = 4096;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(20);

    /** Of a thousand the first ten tell as much. */
    private static final int SHOWN = 10;

    @Option(names = "--calls", paramLabel = "N", defaultValue = "2000", description = "How many; ${DEFAULT-VALUE} by default.")
    private int calls;

    @Option(names = "--parallel", paramLabel = "N", defaultValue = "20", description = "At a time; ${DEFAULT-VALUE} by default.")
    private int parallel;

    CallsCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Soak.Result result = new Soak(Place.current().home()).run(calls, parallel);
        System.out.printf("%d calls, %d at a time, %.1f calls/s, %d out of memory%n", calls, parallel, result.callsPerSecond(),
                result.outOfMemory());
        print("wrong exit codes", result.wrongStatus());
        print("wrong in the journal", result.journal());
        print("cgroups left", result.cgroupsLeft());
        print("troubles of the appliance", result.troubles());
        publish(document(result));
        return result.clean() ? 0 : 1;
    }

    private static void print(String what, List<String> found) {
        System.out.println(what + ": " + found.size());
        found.stream().limit(SHOWN).forEach(line -> System.out.println("  " + line));
    }

    private String document(Soak.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.tier());
        fields.put("calls", calls);
        fields.put("parallel", parallel);
        fields.put("calls_per_s", result.callsPerSecond());
        fields.put("calls_oom_killed", result.outOfMemory());
        fields.put("wrong_exit_codes", result.wrongStatus());
        fields.put("wrong_in_journal", result.journal());
        fields.put("cgroups_left", result.cgroupsLeft());
        fields.put("troubles", result.troubles());
        return Document.of("bench-calls", fields);
    }
}
