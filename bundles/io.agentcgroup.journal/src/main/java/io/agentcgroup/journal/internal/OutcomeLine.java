package io.agentcgroup.journal.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.MemoryCurve;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.enforce.KernelAccount;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A call's outcome in the words of {@code tool-call.schema.json}. What is not known is left out. */
final class OutcomeLine {

    static final String SCHEMA = "agentcgroup.tool-call/v1";

    /** Longer paths and sentences are somebody's joke; the line stays readable. */
    private static final int LONGEST_TEXT = 4_096;

    private OutcomeLine() {
    }

    static Map<String, Object> of(Outcome outcome, int commandKeep) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schema", SCHEMA);
        call(line, outcome.call(), commandKeep);
        line.put("ended", outcome.ended().toString());
        line.put("duration_us", TimeUnit.NANOSECONDS.toMicros(outcome.duration().toNanos()));
        line.put("end", name(outcome.end()));
        put(line, "exit_code", outcome.exitCode());
        put(line, "signal", outcome.signal());
        line.put("adopted", outcome.adopted());
        line.put("leftovers", outcome.leftovers());
        line.put("usage", usage(outcome.usage()));
        line.put("events", events(outcome.events()));
        if (!outcome.memory().points().isEmpty()) {
            line.put("memory_curve", curve(outcome.memory()));
        }
        outcome.account().ifPresent(account -> line.put("kernel", kernel(account)));
        line.put("grant", grant(outcome.grant()));
        line.put("intents", outcome.intents().stream().map(OutcomeLine::intent).toList());
        line.put("explanation", explanation(outcome.explanation()));
        line.put("feedback", texts(outcome.feedback()));
        return line;
    }

    private static void call(Map<String, Object> line, ToolCall call, int commandKeep) {
        line.put("id", call.id().value());
        line.put("session", call.session().value());
        line.put("received", call.received().toString());
        line.put("kind", name(call.kind()));
        line.put("shell", text(call.shell()));
        line.put("command", Json.text(call.command(), commandKeep));
        line.put("command_truncated", call.commandTruncated() || call.command().length() > commandKeep);
        line.put("cwd", text(call.cwd()));
        call.hint().ifPresent(hint -> line.put("hint", hint(hint)));
        line.put("uid", call.uid());
        line.put("pid", call.pid());
    }

    private static Map<String, Object> hint(Hint hint) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("text", Json.text(hint.text(), Hint.LONGEST));
        map.put("source", name(hint.source()));
        return map;
    }

    private static Map<String, Object> usage(Usage usage) {
        Map<String, Object> map = new LinkedHashMap<>();
        put(map, "memory_peak_bytes", usage.memoryPeakBytes());
        put(map, "memory_current_bytes", usage.memoryCurrentBytes());
        put(map, "swap_current_bytes", usage.swapCurrentBytes());
        put(map, "anon_bytes", usage.anonBytes());
        put(map, "file_bytes", usage.fileBytes());
        put(map, "cpu_us", usage.cpuUsageUs());
        put(map, "cpu_user_us", usage.cpuUserUs());
        put(map, "cpu_system_us", usage.cpuSystemUs());
        put(map, "cpu_throttled_us", usage.cpuThrottledUs());
        put(map, "pids_peak", usage.pidsPeak());
        put(map, "memory_stall_some_us", usage.memoryStallSomeUs());
        put(map, "memory_stall_full_us", usage.memoryStallFullUs());
        put(map, "cpu_stall_some_us", usage.cpuStallSomeUs());
        put(map, "io_stall_some_us", usage.ioStallSomeUs());
        return map;
    }

    /** Two columns: the names of the fields stand there once, not with each point. */
    private static Map<String, Object> curve(MemoryCurve curve) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("at_ms", curve.points().stream().map(point -> point.after().toMillis()).toList());
        map.put("bytes", curve.points().stream().map(MemoryCurve.Point::bytes).toList());
        return map;
    }

    private static Map<String, Object> events(DomainEvents events) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("low", events.low());
        map.put("high", events.high());
        map.put("max", events.max());
        map.put("oom", events.oom());
        map.put("oom_kill", events.oomKill());
        map.put("oom_group_kill", events.oomGroupKill());
        map.put("pids_max", events.pidsMax());
        return map;
    }

    private static Map<String, Object> kernel(KernelAccount account) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("execs", account.execs());
        map.put("forks", account.forks());
        map.put("exits", account.exits());
        map.put("oom_victims", account.oomVictims());
        map.put("holds", account.holds());
        map.put("held_us", TimeUnit.NANOSECONDS.toMicros(account.held().toNanos()));
        map.put("delays", account.delays());
        map.put("delayed_us", TimeUnit.NANOSECONDS.toMicros(account.delayed().toNanos()));
        return map;
    }

    private static Map<String, Object> grant(Grant grant) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("policy", text(grant.policy()));
        map.put("reason", text(grant.reason()));
        map.put("placement", name(grant.placement()));
        put(map, "expected_bytes", grant.expectedBytes());
        map.put("limits", limits(grant.limits()));
        return map;
    }

    private static Map<String, Object> explanation(Explanation why) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("merged", intent(why.merged()));
        why.trust().ifPresent(trust -> map.put("trust", trust));
        map.put("weighed", texts(why.weighed()));
        map.put("waited_us", why.waited().toNanos() / 1_000);
        map.put("steps", why.steps().stream().map(OutcomeLine::step).toList());
        return map;
    }

    private static Map<String, Object> step(Explanation.Step step) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("at", step.at().toString());
        map.put("action", text(step.action()));
        map.put("policy", text(step.policy()));
        map.put("reason", text(step.reason()));
        return map;
    }

    private static Map<String, Object> limits(Limits limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        putLimit(map, "memory_min_bytes", limits.memoryMinBytes());
        putLimit(map, "memory_low_bytes", limits.memoryLowBytes());
        putLimit(map, "memory_high_bytes", limits.memoryHighBytes());
        putLimit(map, "memory_max_bytes", limits.memoryMaxBytes());
        putLimit(map, "swap_max_bytes", limits.swapMaxBytes());
        limits.oomGroup().ifPresent(together -> map.put("oom_group", together));
        put(map, "cpu_weight", limits.cpuWeight());
        limits.cpuMax().ifPresent(max -> {
            putLimit(map, "cpu_quota_us", OptionalLong.of(max.quotaUs()));
            map.put("cpu_period_us", max.periodUs());
        });
        put(map, "io_weight", limits.ioWeight());
        putLimit(map, "pids_max", limits.pidsMax());
        return map;
    }

    private static Map<String, Object> intent(Intent intent) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("provider", text(intent.provider()));
        put(map, "memory_bytes", intent.memoryBytes());
        intent.cpuCores().ifPresent(cores -> map.put("cpu_cores", cores));
        intent.duration().ifPresent(time -> map.put("duration_us", time.toNanos() / 1_000));
        intent.placement().ifPresent(placement -> map.put("placement", name(placement)));
        put(map, "pids_max", intent.pidsMax());
        map.put("confidence", intent.confidence());
        map.put("reason", text(intent.reason()));
        map.put("notices", texts(intent.notices()));
        return map;
    }

    private static void putLimit(Map<String, Object> map, String key, OptionalLong value) {
        value.ifPresent(v -> map.put(key, v == Limits.UNLIMITED ? "max" : (Object) v));
    }

    private static void put(Map<String, Object> map, String key, OptionalLong value) {
        value.ifPresent(v -> map.put(key, v));
    }

    private static void put(Map<String, Object> map, String key, OptionalInt value) {
        value.ifPresent(v -> map.put(key, v));
    }

    private static List<String> texts(List<String> texts) {
        return texts.stream().map(OutcomeLine::text).toList();
    }

    private static String text(String text) {
        return Json.text(text, LONGEST_TEXT);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
