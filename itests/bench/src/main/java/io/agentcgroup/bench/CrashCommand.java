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

/** {@code agentcgroup bench crash}. */
@Command(name = "crash", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Kill the daemon under load and start it again: limits, exit codes, fail-open and adoption are checked.",
        footer = {"", "Exit code: 0 when nothing was wrong."})
final class CrashCommand implements Callable<Integer> {

    private static final int GUEST_MIB = 2048;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(10);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as data too.")
    private Path json;

    @Option(names = "--guest", description = "In a virtual machine with a stock kernel, where there are limits to keep.")
    private boolean guest;

    @Override
    public Integer call() throws IOException, InterruptedException, GuestException {
        if (guest) {
            return new InGuest(GUEST_MIB, GUEST_AT_MOST, System.err::println).run(List.of("bench", "crash"), json);
        }
        Crash.Result result = new Crash(Place.current().home()).run();
        System.out.printf("%d calls ran while there was no daemon, the slowest %.1f ms; ready again after %.2f s%n",
                result.callsMeanwhile(), result.slowestMeanwhileUs() / 1e3, result.readyAgainS());
        result.outageLines().forEach(line -> System.out.println("agents read: " + line));
        System.out.println("wrong: " + result.wrong().size());
        result.wrong().forEach(line -> System.out.println("  " + line));
        if (json != null) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("tier", result.tier());
            fields.put("wrong", result.wrong());
            fields.put("outage_lines", result.outageLines());
            fields.put("calls_meanwhile", result.callsMeanwhile());
            fields.put("slowest_meanwhile_us", result.slowestMeanwhileUs());
            fields.put("ready_again_s", result.readyAgainS());
            Files.writeString(json, Document.of("bench-crash", fields) + "\n");
        }
        return result.wrong().isEmpty() ? 0 : 1;
    }
}
