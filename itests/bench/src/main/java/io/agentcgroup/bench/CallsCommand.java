package io.agentcgroup.bench;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.InGuest;
import io.agentcgroup.vm.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench calls}. */
@Command(name = "calls", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Many calls at once, half of them failing, some killed: exit codes, journal and cgroups are checked.",
        footer = {"", "Exit code: 0 when every exit code was right, every call is in the journal once and whole, and no cgroup is left."})
final class CallsCommand implements Callable<Integer> {

    private static final int GUEST_MIB = 4096;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(20);

    /** Of a thousand the first ten tell as much. */
    private static final int SHOWN = 10;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too.")
    private Path json;

    @Option(names = "--calls", paramLabel = "N", defaultValue = "2000", description = "How many; ${DEFAULT-VALUE} by default.")
    private int calls;

    @Option(names = "--parallel", paramLabel = "N", defaultValue = "20", description = "At a time; ${DEFAULT-VALUE} by default.")
    private int parallel;

    @Option(names = "--guest", description = "In a virtual machine with a stock kernel, where calls also run out of memory.")
    private boolean guest;

    @Override
    public Integer call() throws IOException, InterruptedException, GuestException {
        if (guest) {
            return new InGuest(GUEST_MIB, GUEST_AT_MOST, System.err::println).run(List.of("bench", "calls", "--calls",
                    Integer.toString(calls), "--parallel", Integer.toString(parallel)), json);
        }
        Soak.Result result = new Soak(Place.current().home()).run(calls, parallel);
        System.out.printf("%d calls, %d at a time, %.1f calls/s, %d out of memory%n", calls, parallel, result.callsPerSecond(),
                result.outOfMemory());
        print("wrong exit codes", result.wrongStatus());
        print("wrong in the journal", result.journal());
        print("cgroups left", result.cgroupsLeft());
        print("troubles of the appliance", result.troubles());
        if (json != null) {
            Files.writeString(json, document(result) + "\n");
        }
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
