package io.agentcgroup.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.engine.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RecordJsonTest {

    static final Usage NOTHING_READ = new Usage(OptionalLong.of(12), OptionalLong.empty(), OptionalLong.empty(),
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
            OptionalLong.empty(), OptionalLong.empty());

    @Test
    void componentsKeepTheirUnitsAndEmptyOnesAreLeftOut() {
        assertEquals(Map.of("memory_current_bytes", 12L), RecordJson.of(NOTHING_READ));
        assertEquals(Map.of("memory_max_bytes", "max", "oom_group", true),
                RecordJson.of(Limits.builder().memoryMaxBytes(Limits.UNLIMITED).oomGroup(true).build()));
        assertEquals(Map.of("mode", "keep", "keep_for_s", 1.5),
                RecordJson.of(new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, Duration.ofMillis(1500))));
    }

    @Test
    void aSessionIsOneFlatObject() {
        Session session = new Session(new SessionName("agent-1"), Priority.HIGH, 1000, 1001, OptionalLong.empty(),
                OptionalLong.of(50), LeftoverPolicy.DEFAULT, Instant.EPOCH);
        Map<String, Object> json = RecordJson.of(
                new SessionStatus(session, NOTHING_READ, DomainEvents.ZERO, NOTHING_READ, NOTHING_READ, OptionalLong.of(64), 1, 2, 3, 4));
        assertEquals("agent-1", json.get("name"));
        assertEquals("high", json.get("priority"));
        assertEquals("1970-01-01T00:00:00Z", json.get("created"));
        assertEquals(50L, json.get("pids_budget"));
        assertEquals(3, json.get("running_calls"));
        assertEquals(Map.of("memory_current_bytes", 12L), json.get("agent_usage"));
        assertEquals(Map.of("memory_current_bytes", 12L), json.get("background_usage"));
        assertEquals(64L, json.get("background_limit_bytes"));
        assertFalse(json.containsKey("session"));
        assertFalse(json.containsKey("memory_budget_bytes"));
    }

    @Test
    void whatIsInsideIsRenderedLikewise() {
        record Inner(CallId id, Optional<Priority> priority) {
        }
        record Outer(List<Inner> several, Optional<Inner> one) {
        }
        Inner inner = new Inner(new CallId("c1"), Optional.of(Priority.LOW));
        assertEquals(Map.of("several", List.of(Map.of("id", "c1", "priority", "low")), "one", Map.of("id", "c1", "priority", "low")),
                RecordJson.of(new Outer(List.of(inner), Optional.of(inner))));
    }
}
