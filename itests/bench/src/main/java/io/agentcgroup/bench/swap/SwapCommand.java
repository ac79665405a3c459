package io.agentcgroup.bench.swap;

import io.agentcgroup.bench.Benchmark;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup bench swap}. */
@Command(name = "swap", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Swap the policy again and again while calls run, then install hostile policies: does enforcement ever stop?",
        footer = {"", "Exit code: 0 when no call failed and no limit was lost."})
public final class SwapCommand extends Benchmark {

    private static final int GUEST_MIB = 2048;
    private static final Duration GUEST_AT_MOST = Duration.ofMinutes(60);
    private static final int SHOWN = 10;

    @Option(names = "--swaps", paramLabel = "N", description = "How many; ${DEFAULT-VALUE} by default.")
    private int swaps = 1000;

    @Option(names = "--rate", paramLabel = "N", description = "Calls a second meanwhile; ${DEFAULT-VALUE} by default.")
    private double rate = 20;

    @Option(names = "--hostile", paramLabel = "N", description = "How many hostile policies; ${DEFAULT-VALUE} by default.")
    private int hostile = 50;

    public SwapCommand() {
        super(GUEST_MIB, GUEST_AT_MOST);
    }

    @Override
    protected int here() throws IOException, InterruptedException {
        SwapBench.Result result = new SwapBench(Place.current().home(), System.err::println).run(swaps, rate, hostile);
        print(result);
        publish(Document.of("bench-swap", document(result)));
        return result.failed().isEmpty() && result.limitsLost().isEmpty() && result.hostile().gaps().isEmpty() ? 0 : 1;
    }

    private static void print(SwapBench.Result result) {
        System.out.printf("%d swaps under %d calls: %d calls failed, %d limits lost%n", result.swaps(), result.calls(),
                result.failed().size(), result.limitsLost().size());
        System.out.printf("from one policy to the next   median %.2f ms, P99 %.2f ms%n", result.gapsMs().median(),
                result.gapsMs().percentile(99));
        times("a call before the first swap", result.quietUs());
        times("a call while swapping", result.swappingUs());
        SwapBench.Hostile hostile = result.hostile();
        System.out.printf("%d hostile policies under %d calls: %d gaps in enforcement; the slowest call took %.0f ms%n",
                hostile.policies(), hostile.calls(), hostile.gaps().size(), hostile.slowestUs() / 1e3);
        List.of(result.failed(), result.limitsLost(), hostile.gaps()).forEach(wrong -> wrong.stream().limit(SHOWN)
                .forEach(line -> System.out.println("  " + line)));
    }

    private static void times(String what, Sample us) {
        System.out.printf("%-29s median %.2f ms, P99 %.2f ms%n", what, us.median() / 1e3, us.percentile(99) / 1e3);
    }

    private static Map<String, Object> document(SwapBench.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.tier());
        fields.put("swaps", result.swaps());
        fields.put("calls", result.calls());
        fields.put("failed_calls", result.failed().size());
        fields.put("limits_lost", result.limitsLost().size());
        fields.put("gap_p50_ms", result.gapsMs().median());
        fields.put("gap_p99_ms", result.gapsMs().percentile(99));
        fields.put("call_quiet_p50_us", result.quietUs().median());
        fields.put("call_quiet_p99_us", result.quietUs().percentile(99));
        fields.put("call_swapping_p50_us", result.swappingUs().median());
        fields.put("call_swapping_p99_us", result.swappingUs().percentile(99));
        SwapBench.Hostile hostile = result.hostile();
        fields.put("hostile", Map.of("policies", hostile.policies(), "calls", hostile.calls(), "enforcement_gaps", hostile.gaps().size(),
                "slowest_call_us", hostile.slowestUs()));
        fields.put("wrong", Map.of("failed", result.failed(), "limits_lost", result.limitsLost(), "hostile", hostile.gaps()));
        fields.put("gaps_ms", result.gapsMs().values());
        return fields;
    }
}
