package io.agentcgroup.demo;

import io.agentcgroup.cli.Document;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The same as data: {@code agentcgroup.demo/v1}. What nobody knows is null. */
final class DemoReport {

    private DemoReport() {
    }

    /**
     * @param off what the arm without AgentCgroup was
     * @param tier of the arm with it
     * @param started when the demo began
     */
    static String json(Scenario scenario, String off, String tier, Instant started, List<ArmResult> arms) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", tier);
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("session_memory_bytes", scenario.memoryBytes());
        fields.put("session_pids", scenario.pids());
        fields.put("off_semantics", off);
        fields.put("arms", arms.stream().map(DemoReport::arm).toList());
        return Document.of("demo", fields);
    }

    private static Map<String, Object> arm(ArmResult arm) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm.name());
        fields.put("meaning", arm.meaning());
        fields.put("sessions", arm.sessions().stream().map(DemoReport::session).toList());
        List<Map<String, Object>> calls = new ArrayList<>();
        for (SessionResult session : arm.sessions()) {
            session.calls().forEach(call -> calls.add(call(session, call)));
        }
        fields.put("calls", calls);
        return fields;
    }

    private static Map<String, Object> session(SessionResult session) {
        SessionFigures figures = session.figures();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", session.agent().name());
        fields.put("priority", session.agent().priority().name().toLowerCase(Locale.ROOT));
        fields.put("agent_alive", session.alive());
        fields.put("calls", session.callsStarted());
        fields.put("calls_oom_killed", oomKilled(session));
        fields.put("innocent_calls_failed", session.innocentCallsFailed());
        fields.put("calls_never_run", session.callsNotReached());
        fields.put("duration_s", session.durationS());
        fields.put("memory_peak_bytes", orNull(figures.memoryPeakBytes()));
        fields.put("oom_kills", orNull(figures.oomKills()));
        fields.put("memory_max_hits", orNull(figures.memoryMaxHits()));
        fields.put("pids_max_hits", orNull(figures.pidsMaxHits()));
        return fields;
    }

    /** From the journal; without one, the calls that ended by SIGKILL in a session in which the kernel did kill for memory. */
    private static long oomKilled(SessionResult session) {
        List<Evidence> evidence = session.calls().stream().map(CallResult::evidence).flatMap(Optional::stream).toList();
        if (!evidence.isEmpty()) {
            return evidence.stream().filter(Evidence::oomKill).count();
        }
        return session.figures().oomKills().orElse(0) == 0 ? 0 : session.calls().stream().filter(CallResult::killed).count();
    }

    private static Map<String, Object> call(SessionResult session, CallResult call) {
        Optional<Evidence> evidence = call.evidence();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", call.step().id());
        fields.put("call_id", evidence.map(Evidence::callId).orElse(null));
        fields.put("session", session.agent().name());
        fields.put("command", call.step().command());
        fields.put("innocent", call.step().innocent());
        fields.put("state", call.state().name().toLowerCase(Locale.ROOT));
        fields.put("exit_code", orNull(call.exitCode()));
        fields.put("peak_bytes", evidence.map(e -> orNull(e.peakBytes())).orElse(null));
        fields.put("duration_s", call.durationS().isPresent() ? call.durationS().getAsDouble() : null);
        fields.put("oom_kill", evidence.map(Evidence::oomKill).orElse(null));
        fields.put("leftovers", evidence.map(e -> orNull(e.leftovers())).orElse(null));
        fields.put("feedback", call.feedback());
        return fields;
    }

    private static Object orNull(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static Object orNull(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
