package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    @Test
    void theHostsBudgetIsAShareOrASize() {
        assertEquals(OptionalLong.of(90 * GIB), Configs.settings(Map.of()).hostBudget(OptionalLong.of(100 * GIB)));
        assertEquals(OptionalLong.of(12 * GIB), Configs.settings(Map.of("host_memory", "12g")).hostBudget(OptionalLong.of(100 * GIB)));
        assertEquals(OptionalLong.empty(), Configs.settings(Map.of()).hostBudget(OptionalLong.empty()));
    }

    @ParameterizedTest
    @CsvSource({"host_memory,0%,host.memory", "host_memory,101%,host.memory", "host_memory,x%,host.memory", "host_memory,much,host.memory",
        "session_memory,1m,session.memory", "session_priority,urgent,session.priority", "leftovers,shoot,leftovers",
        "agent_reserve,none,agent.reserve"})
    void aWrongTextIsNamed(String method, String value, String property) {
        assertEquals(property + " is ", assertThrows(IllegalArgumentException.class, () -> Configs.settings(Map.of(method, value)))
                .getMessage().substring(0, property.length() + 4));
    }

    @ParameterizedTest
    @CsvSource({"session_pids,1", "background_percent,0", "cpu_weight_low,0", "grace_ms,-1", "stall_told_s,0", "freeze_most_ms,0"})
    void aWrongNumberIsNamed(String method, int value) {
        assertThrows(IllegalArgumentException.class, () -> Configs.settings(Map.of(method, value)));
    }

    @Test
    void aSessionsLimitsFollowFromItsBudget() {
        SessionLimits limits = SessionLimits.of(session(OptionalLong.of(2 * GIB), Priority.HIGH), Configs.settings(Map.of()),
                OptionalLong.of(90 * GIB));
        assertEquals(256 * MIB, limits.reserveBytes());
        assertEquals(OptionalLong.of(2 * GIB), limits.session().memoryMaxBytes());
        assertEquals(OptionalLong.of(256 * MIB), limits.session().memoryMinBytes());
        assertEquals(OptionalLong.of(256 * MIB), limits.agent().memoryMinBytes());
        assertEquals(OptionalInt.of(300), limits.session().cpuWeight());
        assertEquals(OptionalLong.of(100), limits.session().pidsMax());
        assertEquals(OptionalLong.of(2 * GIB / 100 * 25), limits.background().memoryMaxBytes());
    }

    @Test
    void aSmallBudgetIsNotAllReserve() {
        SessionLimits limits = SessionLimits.of(session(OptionalLong.of(100 * MIB), Priority.LOW), Configs.settings(Map.of()),
                OptionalLong.empty());
        assertEquals(25 * MIB, limits.reserveBytes());
        assertEquals(OptionalLong.of(32 * MIB), limits.background().memoryMaxBytes(), "the least in which something runs");
    }

    @Test
    void aSessionWithoutBudgetIsBoundedByTheHostOnly() {
        SessionLimits limits = SessionLimits.of(session(OptionalLong.empty(), Priority.NORMAL), Configs.settings(Map.of()),
                OptionalLong.of(8 * GIB));
        assertEquals(OptionalLong.of(Limits.UNLIMITED), limits.session().memoryMaxBytes());
        assertEquals(OptionalLong.of(8 * GIB / 100 * 25), limits.background().memoryMaxBytes());
    }

    private static Session session(OptionalLong memory, Priority priority) {
        return new Session(new SessionName("s"), priority, 0, 0, memory, OptionalLong.of(100), LeftoverPolicy.DEFAULT, Instant.EPOCH);
    }
}
