package io.agentcgroup.bench.density;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The result for people and as data: {@code agentcgroup.bench-density/v1}. */
final class DensityReport {

    private final long memoryBytes;
    private final long totalBytes;
    private final long availableBytes;
    private final Mix mix;
    private final DensityBench.Result result;

    /**
     * @param memoryBytes of the machine
     * @param totalBytes of it that its kernel has to give
     * @param availableBytes of that, before the first session
     */
    DensityReport(long memoryBytes, long totalBytes, long availableBytes, Mix mix, DensityBench.Result result) {
        this.memoryBytes = memoryBytes;
        this.totalBytes = totalBytes;
        this.availableBytes = availableBytes;
        this.mix = mix;
        this.result = result;
    }

    String text() {
        Table table = new Table("arm", "sessions", "high P95 x alone", "kills", "one step more");
        for (DensityBench.ArmResult arm : result.arms()) {
            if (arm.unavailable() != null) {
                continue;
            }
            Optional<Step> best = arm.best();
            table.row(arm.arm().name(), arm.sessions(), best.map(step -> String.format(Locale.ROOT, "%.2f", step.highP95Ratio())).orElse(null),
                    best.map(Step::kills).orElse(null), next(arm));
        }
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
                "A machine of %d MiB, %d MiB of it available before the first session. Sessions are one with high priority%n"
                        + "(%s) and others with low priority, %.0f times faster than recorded.%n%n%s%n"
                        + "\"sessions\": so many did all their work with nobody killed and the high one's calls (P95) within the bound of alone%n"
                        + "(%.0f ms). \"one step more\": why the next larger number that was tried did not pass.%n",
                memoryBytes >> 20, availableBytes >> 20, mix.high().name(), mix.scale().speed(), table, result.yardstickMs()));
        for (DensityBench.ArmResult arm : result.arms()) {
            text.append(String.format("%n%-9s  %s", arm.arm().name(), arm.unavailable() == null ? arm.arm().meaning()
                    : "NOT AVAILABLE: " + arm.unavailable()));
        }
        return text.append('\n').toString();
    }

    private static String next(DensityBench.ArmResult arm) {
        return arm.steps().stream().filter(step -> step.sessions() > arm.sessions())
                .min((a, b) -> Integer.compare(a.sessions(), b.sessions())).map(step -> step.sessions() + ": " + step.why())
                .orElse("not tried");
    }

    /** @param started when the benchmark began */
    String json(Instant started) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", result.arms().stream().map(DensityBench.ArmResult::tier).filter(Objects::nonNull).findFirst().orElse(null));
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("memory_bytes", memoryBytes);
        fields.put("total_bytes", totalBytes);
        fields.put("available_bytes", availableBytes);
        fields.put("speed", mix.scale().speed());
        fields.put("extra_bytes", mix.scale().extraBytes());
        fields.put("declared", mix.declare());
        fields.put("stagger_s", mix.stagger().toMillis() / 1e3);
        fields.put("high", mix.high().name());
        fields.put("low", mix.lows().stream().map(trace -> trace.name()).toList());
        fields.put("alone_p95_ms", result.alone().stream().map(Step::highP95Ms).toList());
        fields.put("alone_completion_s", result.alone().stream().map(step -> step.outcomes().get(0).completionS()).toList());
        fields.put("arms", result.arms().stream().map(DensityReport::arm).toList());
        return Document.of("bench-density", fields);
    }

    private static Map<String, Object> arm(DensityBench.ArmResult arm) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm.arm().name());
        fields.put("meaning", arm.arm().meaning());
        fields.put("available", arm.unavailable() == null);
        fields.put("reason", arm.unavailable());
        fields.put("available_bytes", arm.availableBytes());
        fields.put("sessions", arm.sessions());
        fields.put("kills", arm.best().map(Step::kills).orElse(null));
        fields.put("high_p95_ratio", arm.best().map(Step::highP95Ratio).orElse(null));
        fields.put("steps", arm.steps().stream().map(DensityReport::step).toList());
        return fields;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("sessions", step.sessions());
        fields.put("attempt", step.attempt());
        fields.put("passed", step.passed());
        fields.put("why", step.why());
        fields.put("kills", step.kills());
        fields.put("finished", step.finished());
        fields.put("timed_out", step.timedOut());
        fields.put("high_p95_ms", step.highP95Ms());
        fields.put("high_p95_ratio", step.highP95Ratio());
        fields.put("sessions_raw", step.outcomes().stream().map(DensityReport::outcome).toList());
        return fields;
    }

    private static Map<String, Object> outcome(Step.Outcome outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", outcome.member().name());
        fields.put("priority", outcome.member().priority());
        fields.put("trace", outcome.member().trace().name());
        fields.put("finished", outcome.finished());
        fields.put("kills", outcome.kills());
        fields.put("calls_failed", outcome.callsFailed());
        fields.put("completion_s", outcome.completionS());
        fields.put("calls_ms", List.copyOf(outcome.callsMs()));
        fields.put("told", outcome.told());
        return fields;
    }
}
