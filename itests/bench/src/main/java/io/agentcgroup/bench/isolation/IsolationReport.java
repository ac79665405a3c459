package io.agentcgroup.bench.isolation;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Table;
import io.agentcgroup.harness.Sample;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The result for people and as data: {@code agentcgroup.bench-isolation/v1}. */
final class IsolationReport {

    private static final double[] PERCENTILES = {50, 95, 99};

    /** The yardstick for completion times. */
    private static final String AMPLE = "ample";

    private final Load load;
    private final List<ArmResult> arms;

    IsolationReport(Load load, List<ArmResult> arms) {
        this.load = load;
        this.arms = arms;
    }

    String text() {
        Optional<ArmResult> ample = arms.stream().filter(arm -> arm.arm().name().equals(AMPLE) && !arm.runs().isEmpty()).findFirst();
        Table table = new Table("arm", "survival", "high done", "x ample", "low done", "x ample", "high P50", "P95", "P99",
                "most used", "limit hits", "oom kills", "delays", "freezes");
        for (ArmResult arm : arms) {
            if (arm.runs().isEmpty()) {
                continue;
            }
            table.row(arm.arm().name(), String.format(Locale.ROOT, "%.0f %%", 100 * arm.survival()),
                    seconds(arm.sample(IsolationReport::highS)), ratio(arm, ample, IsolationReport::highS),
                    seconds(arm.sample(IsolationReport::lowS)), ratio(arm, ample, IsolationReport::lowS),
                    milliseconds(arm, 50), milliseconds(arm, 95), milliseconds(arm, 99),
                    arm.sample(IsolationReport::peakMb).map(s -> Math.round(s.median()) + " MB").orElse(null),
                    arm.sum(run -> run.evidence().limitHits()), arm.sum(run -> run.evidence().oomKills()), arm.sum(run -> run.evidence().delays()), arm.sum(run -> run.evidence().freezes()));
        }
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "%d sessions that would need %d MB together, with %d MB for them; %d runs an arm. Medians, with 95 %% intervals.%n%n%s",
                load.members().size(), Math.round(load.demandBytes() / 1e6), Math.round(load.totalBytes() / 1e6),
                arms.stream().mapToInt(arm -> arm.runs().size()).max().orElse(0), table));
        text.append("\n\"survival\": sessions that did all their work. \"done\": from the common start, of sessions that survived; ")
                .append("\"low\"\nis the last of them. P50 to P99: how long an allocation of at most 1 MiB took, with all its pages. Without\n")
                .append("a limit hit nothing was short: the sessions' peaks did not meet.\n");
        for (ArmResult arm : arms) {
            text.append(String.format("%n%-9s  %s", arm.arm().name(),
                    arm.unavailable().map(why -> "NOT AVAILABLE: " + why).orElse(arm.arm().meaning())));
        }
        return text.append('\n').toString();
    }

    private static Double highS(RunResult run) {
        return run.high().survived() ? run.high().completionS() : null;
    }

    /** The last of them: null unless all survived, because a killed neighbour makes room for the others. */
    private static Double lowS(RunResult run) {
        return run.lows().isEmpty() || !run.lows().stream().allMatch(SessionResult::survived) ? null
                : run.lows().stream().mapToDouble(SessionResult::completionS).max().orElseThrow();
    }

    private static Double peakMb(RunResult run) {
        return run.evidence().peakBytes() == null ? null : run.evidence().peakBytes() / 1e6;
    }

    private static String seconds(Optional<Sample> sample) {
        return sample.map(s -> String.format(Locale.ROOT, "%.2f s (%.2f-%.2f)", s.median(), s.medianInterval().low(), s.medianInterval().high()))
                .orElse(null);
    }

    private static String milliseconds(ArmResult arm, double percent) {
        return arm.sample(run -> run.high().allocationMs(percent)).map(s -> String.format(Locale.ROOT, "%.2f ms", s.median())).orElse(null);
    }

    private static String ratio(ArmResult arm, Optional<ArmResult> ample, Function<RunResult, Double> value) {
        Optional<Sample> own = arm.sample(value);
        Optional<Sample> yardstick = ample.flatMap(a -> a.sample(value));
        return own.isEmpty() || yardstick.isEmpty() ? null
                : String.format(Locale.ROOT, "%.3f", own.get().median() / yardstick.get().median());
    }

    /** @param started when the benchmark began */
    String json(Instant started) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", strongestTier());
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("total_bytes", load.totalBytes());
        fields.put("demand_bytes", load.demandBytes());
        fields.put("speed", load.scale().speed());
        fields.put("extra_bytes", load.scale().extraBytes());
        fields.put("as", load.shape().toString());
        fields.put("declared", load.declare());
        fields.put("swap", load.swap());
        fields.put("runs", arms.stream().mapToInt(arm -> arm.runs().size()).max().orElse(0));
        fields.put("sessions", load.members().stream().map(member -> Map.of("name", member.name(), "priority", member.priority(),
                "trace", member.trace().name(), "peak_bytes", member.trace().peakBytes(), "trace_s", member.trace().durationS())).toList());
        fields.put("confidence", Sample.CONFIDENCE);
        fields.put("arms", arms.stream().map(this::arm).toList());
        return Document.of("bench-isolation", fields);
    }

    /** @return null without an arm of the appliance */
    private String strongestTier() {
        return arms.stream().filter(arm -> arm.arm() instanceof TierArm && arm.unavailable().isEmpty()).map(arm -> arm.arm().name())
                .reduce((weaker, stronger) -> stronger).orElse(null);
    }

    private Map<String, Object> arm(ArmResult arm) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm.arm().name());
        fields.put("meaning", arm.arm().meaning());
        fields.put("available", arm.unavailable().isEmpty());
        fields.put("reason", arm.unavailable().orElse(null));
        if (arm.runs().isEmpty()) {
            return fields;
        }
        fields.put("survival", arm.survival());
        Map<String, Object> high = new LinkedHashMap<>();
        put(high, "completion_s", arm.sample(IsolationReport::highS));
        for (double percent : PERCENTILES) {
            put(high, String.format(Locale.ROOT, "alloc_p%.0f_ms", percent), arm.sample(run -> run.high().allocationMs(percent)));
        }
        fields.put("high", high);
        List<Map<String, Object>> lows = new ArrayList<>();
        for (int i = 0; i < load.lows().size(); i++) {
            int place = i;
            Map<String, Object> low = new LinkedHashMap<>();
            put(low, "completion_s", arm.sample(run -> run.lows().get(place).survived() ? run.lows().get(place).completionS() : null));
            low.put("survival", arm.runs().stream().filter(run -> run.lows().get(place).survived()).count() / (double) arm.runs().size());
            lows.add(low);
        }
        fields.put("low", lows);
        fields.put("limit_hits", arm.sum(run -> run.evidence().limitHits()));
        fields.put("oom_kills", arm.sum(run -> run.evidence().oomKills()));
        fields.put("delays", arm.sum(run -> run.evidence().delays()));
        fields.put("freezes", arm.sum(run -> run.evidence().freezes()));
        fields.put("timed_out", arm.runs().stream().filter(RunResult::timedOut).count());
        fields.put("runs_raw", arm.runs().stream().map(IsolationReport::run).toList());
        return fields;
    }

    /** The median, and its interval beside it. */
    private static void put(Map<String, Object> fields, String name, Optional<Sample> sample) {
        fields.put(name, sample.map(Sample::median).orElse(null));
        fields.put(name.replaceFirst("_(s|ms)$", "_interval_$1"),
                sample.map(Sample::medianInterval).map(interval -> List.of(interval.low(), interval.high())).orElse(null));
    }

    private static Map<String, Object> run(RunResult run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run", run.run());
        fields.put("survival", run.survival());
        fields.put("timed_out", run.timedOut());
        fields.put("oom_kills", run.evidence().oomKills());
        fields.put("delays", run.evidence().delays());
        fields.put("freezes", run.evidence().freezes());
        fields.put("actions", run.evidence().actions());
        fields.put("done", run.evidence().done());
        fields.put("calls_without_domain", run.evidence().callsWithoutDomain());
        fields.put("peak_bytes", run.evidence().peakBytes());
        fields.put("memory_events", run.evidence().memoryEvents());
        fields.put("counters", run.evidence().counters());
        fields.put("sessions", run.sessions().stream().map(IsolationReport::session).toList());
        return fields;
    }

    private static Map<String, Object> session(SessionResult session) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", session.member().name());
        fields.put("survived", session.survived());
        fields.put("agent_alive", session.agentAlive());
        fields.put("calls", session.calls());
        fields.put("calls_failed", session.callsFailed());
        fields.put("completion_s", session.completionS());
        fields.put("told", session.told());
        fields.put("allocations_us", session.allocationsMs().stream().map(ms -> Math.round(ms * 1000)).toList());
        return fields;
    }
}
