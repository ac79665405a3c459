package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.config.Configuration;
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
        assertEquals(OptionalLong.of(90 * GIB), settings(Map.of()).hostBudget(OptionalLong.of(100 * GIB)));
        assertEquals(OptionalLong.of(12 * GIB), settings(Map.of("host.memory", "12g")).hostBudget(OptionalLong.of(100 * GIB)));
        assertEquals(OptionalLong.empty(), settings(Map.of()).hostBudget(OptionalLong.empty()));
    }

    @ParameterizedTest
    @CsvSource({"host.memory,0%", "host.memory,101%", "host.memory,x%", "host.memory,much", "session.memory,1m", "session.priority,urgent",
        "leftovers,shoot", "agent.reserve,none"})
    void aWrongTextIsNamed(String property, String value) {
        assertEquals(property + " is ", assertThrows(IllegalArgumentException.class, () -> settings(Map.of(property, value)))
                .getMessage().substring(0, property.length() + 4));
    }

    @ParameterizedTest
    @CsvSource({"session.pids,1", "background.percent,0", "cpu.weight.low,0", "grace.ms,-1", "stall.told.s,0", "freeze.most.ms,0"})
    void aWrongNumberIsNamed(String property, int value) {
        assertThrows(IllegalArgumentException.class, () -> settings(Map.of(property, value)));
    }

    @Test
    void aSessionsLimitsFollowFromItsBudget() {
        SessionLimits limits = SessionLimits.of(session(OptionalLong.of(2 * GIB), Priority.HIGH), settings(Map.of()),
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
        SessionLimits limits = SessionLimits.of(session(OptionalLong.of(100 * MIB), Priority.LOW), settings(Map.of()),
                OptionalLong.empty());
        assertEquals(25 * MIB, limits.reserveBytes());
        assertEquals(OptionalLong.of(32 * MIB), limits.background().memoryMaxBytes(), "the least in which something runs");
    }

    @Test
    void aSessionWithoutBudgetIsBoundedByTheHostOnly() {
        SessionLimits limits = SessionLimits.of(session(OptionalLong.empty(), Priority.NORMAL), settings(Map.of()),
                OptionalLong.of(8 * GIB));
        assertEquals(OptionalLong.of(Limits.UNLIMITED), limits.session().memoryMaxBytes());
        assertEquals(OptionalLong.of(8 * GIB / 100 * 25), limits.background().memoryMaxBytes());
    }

    private static Settings settings(Map<String, Object> said) {
        return Settings.of(Configuration.of(EngineConfig.class, said));
    }

    private static Session session(OptionalLong memory, Priority priority) {
        return new Session(new SessionName("s"), priority, 0, 0, memory, OptionalLong.of(100), LeftoverPolicy.DEFAULT, Instant.EPOCH);
    }
}
