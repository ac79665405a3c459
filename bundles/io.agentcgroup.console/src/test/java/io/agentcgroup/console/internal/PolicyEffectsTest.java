package io.agentcgroup.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.journal.Journal;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PolicyEffectsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T17:00:00Z");

    private final List<Map<String, Object>> read = new ArrayList<>();

    /** As the journal does it: the newest first, up to the first that is accepted. */
    @SuppressWarnings("unchecked")
    private Journal journal(List<Map<String, Object>> newestFirst) {
        return (Journal) Proxy.newProxyInstance(Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
            for (Map<String, Object> line : newestFirst) {
                read.add(line);
                if (((Predicate<Map<String, Object>>) arguments[0]).test(line)) {
                    return List.of(line);
                }
            }
            return List.of();
        });
    }

    private static Map<String, Object> call(String ended, String end, String policy, long waitedUs, List<?> steps) {
        return Map.of("ended", ended, "end", end, "exit_code", 0, "grant", Map.of("policy", policy), "explanation", Map.of("waited_us", waitedUs, "steps", steps));
    }

    @Test
    void theCallsOfTheLastHourAreCountedByThePolicyThatGrantedThem() {
        Map<String, Object> effects = PolicyEffects.of(journal(List.of(
                call("2026-11-23T16:59:00.5Z", "exited", "fixed", 0, List.of()),
                call("2026-11-23T16:50:00Z", "oom_killed", "fixed", 0, List.of()),
                call("2026-11-23T16:01:00Z", "ended", "graduated", 1_500_000, List.of(Map.of("action", "freeze"))),
                call("2026-11-23T15:59:59Z", "exited", "graduated", 0, List.of()),
                call("2026-11-23T15:00:00Z", "exited", "graduated", 0, List.of()))), NOW);

        assertEquals(List.of(
                Map.of("policy", "fixed", "calls", 2L, "waited", 0L, "waited_us", 0L, "held", 0L, "ended", 0L, "oom_killed", 1L, "failed", 1L),
                Map.of("policy", "graduated", "calls", 1L, "waited", 1L, "waited_us", 1_500_000L, "held", 1L, "ended", 1L, "oom_killed", 0L, "failed", 1L)),
                effects.get("rows"));
        assertEquals(true, effects.get("all"));
        assertEquals(4, read.size(), "what is older is not read");
    }
}
