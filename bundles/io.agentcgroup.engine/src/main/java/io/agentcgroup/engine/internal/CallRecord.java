package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A call as it is kept with its domain, so that a restarted daemon can finish it.
 *
 * @param call with a shorter command: an extended attribute takes 32 KiB
 * @param why without steps: these are in the journal's events
 * @param declaredBytes what the agent said it needs; 0 when it said nothing
 */
record CallRecord(ToolCall call, Grant grant, List<Intent> intents, Explanation why, long declaredBytes) {

    static final String KEY = "call";

    /** At most six bytes a character in JSON; twelve KiB leave room for the rest. */
    private static final int LONGEST_TEXT = 2_048;
    /** Hosts with more providers exist only in tests; what they say is cut, too. */
    private static final int MOST_INTENTS = 6;
    private static final int LONGEST_REASON = 300;

    /** @return the same with another grant */
    CallRecord with(Grant changed) {
        return new CallRecord(call, changed, intents, why, declaredBytes);
    }

    String write() {
        JsonMap map = new JsonMap()
                .put("kind", call.kind().name())
                .put("shell", cut(call.shell(), LONGEST_REASON))
                .put("command", cut(call.command(), LONGEST_TEXT))
                .put("truncated", call.commandTruncated() || call.command().length() > LONGEST_TEXT)
                .put("cwd", cut(call.cwd(), LONGEST_REASON))
                .put("uid", call.uid())
                .put("pid", call.pid())
                .put("received", call.received().toString())
                .put("received_ns", call.receivedMonotonicNs())
                .put("grant", write(grant))
                .put("intents", intents.stream().limit(MOST_INTENTS).map(CallRecord::write).toList())
                .put("why", write(why))
                .put("declared", declaredBytes);
        call.hint().ifPresent(hint -> map.put("hint", hint.text()).put("hint_source", hint.source().name()));
        return map.text();
    }

    /** @throws IllegalArgumentException if it is no such record */
    static CallRecord read(CallId id, SessionName session, String text) {
        JsonMap map = JsonMap.parse(text);
        try {
            Optional<Hint> hint = map.optionalString("hint")
                    .map(declared -> new Hint(declared, HintSource.valueOf(map.string("hint_source"))));
            ToolCall call = new ToolCall(id, session, ToolCall.Kind.valueOf(map.string("kind")), map.string("shell"),
                    map.string("command"), map.optionalBoolean("truncated").orElse(false), map.string("cwd"), hint,
                    (int) map.number("uid"), (int) map.number("pid"), Instant.parse(map.string("received")),
                    map.number("received_ns"));
            return new CallRecord(call, grant(map.object("grant")), map.objects("intents").stream().map(CallRecord::intent).toList(),
                    map.optionalObject("why").map(CallRecord::why).orElse(Explanation.NONE), map.optionalLong("declared").orElse(0));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @return what stands for a record that cannot be read: the call goes on, and is journalled with what is known */
    static CallRecord unknown(CallId id, SessionName session, Clocks clocks) {
        ToolCall call = new ToolCall(id, session, ToolCall.Kind.SHELL, "", "", true, "", Optional.empty(), 0, 0, clocks.now(),
                clocks.monotonicNs());
        return new CallRecord(call, new Grant(Limits.NONE, Placement.CALL, "unknown", "its record could not be read"), List.of(),
                Explanation.NONE, 0);
    }

    private static JsonMap write(Grant grant) {
        return new JsonMap().put("policy", cut(grant.policy(), LONGEST_REASON)).put("reason", cut(grant.reason(), LONGEST_REASON))
                .put("placement", grant.placement().name()).put("expected", grant.expectedBytes()).put("limits", write(grant.limits()));
    }

    private static Grant grant(JsonMap map) {
        return new Grant(limits(map.object("limits")), Placement.valueOf(map.string("placement")), map.optionalLong("expected"),
                map.string("policy"), map.string("reason"));
    }

    private static JsonMap write(Limits limits) {
        JsonMap map = new JsonMap()
                .put("memory_min", limits.memoryMinBytes()).put("memory_low", limits.memoryLowBytes())
                .put("memory_high", limits.memoryHighBytes()).put("memory_max", limits.memoryMaxBytes())
                .put("swap_max", limits.swapMaxBytes()).put("cpu_weight", limits.cpuWeight())
                .put("io_weight", limits.ioWeight()).put("pids_max", limits.pidsMax());
        limits.oomGroup().ifPresent(together -> map.put("oom_group", together));
        limits.cpuMax().ifPresent(max -> map.put("cpu_quota_us", max.quotaUs()).put("cpu_period_us", max.periodUs()));
        return map;
    }

    private static Limits limits(JsonMap map) {
        Limits.Builder limits = Limits.builder();
        map.optionalLong("memory_min").ifPresent(limits::memoryMinBytes);
        map.optionalLong("memory_low").ifPresent(limits::memoryLowBytes);
        map.optionalLong("memory_high").ifPresent(limits::memoryHighBytes);
        map.optionalLong("memory_max").ifPresent(limits::memoryMaxBytes);
        map.optionalLong("swap_max").ifPresent(limits::swapMaxBytes);
        map.optionalLong("cpu_weight").ifPresent(weight -> limits.cpuWeight((int) weight));
        map.optionalLong("io_weight").ifPresent(weight -> limits.ioWeight((int) weight));
        map.optionalLong("pids_max").ifPresent(limits::pidsMax);
        map.optionalBoolean("oom_group").ifPresent(limits::oomGroup);
        map.optionalLong("cpu_quota_us").ifPresent(quota -> limits.cpuMax(new CpuMax(quota, map.number("cpu_period_us"))));
        return limits.build();
    }

    private static JsonMap write(Intent intent) {
        JsonMap map = new JsonMap().put("provider", cut(intent.provider(), LONGEST_REASON)).put("memory", intent.memoryBytes())
                .put("cpu", intent.cpuCores()).put("pids", intent.pidsMax()).put("confidence", intent.confidence())
                .put("reason", cut(intent.reason(), LONGEST_REASON));
        intent.duration().ifPresent(time -> map.put("duration_ms", time.toMillis()));
        intent.placement().ifPresent(placement -> map.put("placement", placement.name()));
        return map;
    }

    private static JsonMap write(Explanation why) {
        JsonMap map = new JsonMap().put("merged", write(why.merged())).put("waited_ms", why.waited().toMillis())
                .putTexts("weighed", why.weighed().stream().limit(MOST_INTENTS).map(step -> cut(step, LONGEST_REASON)).toList());
        why.trust().ifPresent(trust -> map.put("trust", trust));
        return map;
    }

    private static Explanation why(JsonMap map) {
        return new Explanation(intent(map.object("merged")), map.optionalDouble("trust"), map.strings("weighed"),
                Duration.ofMillis(map.number("waited_ms")), List.of());
    }

    private static Intent intent(JsonMap map) {
        Intent.Builder intent = Intent.from(map.string("provider")).reason(map.string("reason"))
                .confidence(map.optionalDouble("confidence").orElse(0));
        map.optionalLong("memory").ifPresent(intent::memoryBytes);
        map.optionalDouble("cpu").ifPresent(intent::cpuCores);
        map.optionalLong("pids").ifPresent(intent::pidsMax);
        map.optionalLong("duration_ms").ifPresent(ms -> intent.duration(Duration.ofMillis(ms)));
        map.optionalString("placement").ifPresent(word -> intent.placement(Placement.valueOf(word)));
        return intent.build();
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static String cut(String text, int longest) {
        int end = Math.min(text.length(), longest);
        if (end == text.length() && !hasSurrogates(text)) {
            return text;
        }
        StringBuilder whole = new StringBuilder(end);
        // Half a surrogate pair is no Unicode and would not come back.
        text.substring(0, end).codePoints().forEach(c -> whole.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
        return whole.toString();
    }
}
