package io.agentcgroup.bench;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code agentcgroup bench crash}. */
@Command(name = "crash", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Kill the daemon under load and start it again: limits, exit codes, fail-open and adoption are checked.",
        footer = {"", "Exit code: 0 when nothing was wrong."})
final class CrashCommand extends Benchmark {

    private static final int GUEST_MIB = 2048;

    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(10);

    CrashCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        Crash.Result result = new Crash(Place.current().home()).run();
        System.out.printf("%d calls ran while there was no daemon, the slowest %.1f ms; ready again after %.2f s%n",
                result.callsMeanwhile(), result.slowestMeanwhileUs() / 1e3, result.readyAgainS());
        result.outageLines().forEach(line -> System.out.println("agents read: " + line));
        System.out.println("wrong: " + result.wrong().size());
        result.wrong().forEach(line -> System.out.println("  " + line));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.tier());
        fields.put("wrong", result.wrong());
        fields.put("outage_lines", result.outageLines());
        fields.put("calls_meanwhile", result.callsMeanwhile());
        fields.put("slowest_meanwhile_us", result.slowestMeanwhileUs());
        fields.put("ready_again_s", result.readyAgainS());
        publish(Document.of("bench-crash", fields));
        return result.wrong().isEmpty() ? 0 : 1;
    }
}
