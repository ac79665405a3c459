package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept with the directories comes back as it was. */
class RecordsTest {

    private static final SessionName SESSION = new SessionName("s");
    private static final CallId CALL = new CallId("c");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");

    @Test
    void aSessionComesBack() {
        Session session = new Session(SESSION, Priority.HIGH, 1000, 100, OptionalLong.of(1L << 40), OptionalLong.empty(),
                new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, Duration.ofMillis(1_500)), NOON);
        assertEquals(session, SessionRecord.read(SESSION, SessionRecord.write(session)));
    }

    @Test
    void aCallComesBack() {
        CallRecord record = record("make \u65e5\u672c \ud83d\ude00 \"\\\n\u0000\u001b");
        assertEquals(record, CallRecord.read(CALL, SESSION, record.write()));
    }

    @Test
    void aCallOfWhichLittleIsKnownComesBack() {
        CallRecord record = CallRecord.unknown(CALL, SESSION, Clocks.SYSTEM);
        assertEquals(record, CallRecord.read(CALL, SESSION, record.write()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u0000", "\u65e5", "\"", "\ud800"})
    void theLongestCommandFitsAnExtendedAttribute(String character) {
        String text = record(character.repeat(ToolCall.LONGEST_COMMAND)).write();
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= 32 * 1024);
        CallRecord back = CallRecord.read(CALL, SESSION, text);
        assertTrue(back.call().commandTruncated());
        assertEquals(2_048, back.call().command().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"kind\":7}", "{\"kind\":\"SHELL\"}", "\u0000"})
    void whatIsNoRecordIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> CallRecord.read(CALL, SESSION, text));
        assertThrows(IllegalArgumentException.class, () -> SessionRecord.read(SESSION, text));
        assertThrows(IllegalArgumentException.class, () -> ExitRecord.read(text));
    }

    @Test
    void anExitComesBack() {
        assertEquals(new ExitRecord(256, 123_456_789_012L), ExitRecord.read(new ExitRecord(256, 123_456_789_012L).write()));
    }

    private static CallRecord record(String command) {
        ToolCall call = new ToolCall(CALL, SESSION, ToolCall.Kind.SHELL, "bash", command, false, "/tmp",
                Optional.of(new Hint("memory:2g", HintSource.COMMAND)), 1000, 4711, NOON, 42);
        Limits limits = Limits.builder().memoryMinBytes(1).memoryLowBytes(2).memoryHighBytes(3).memoryMaxBytes(Limits.UNLIMITED)
                .swapMaxBytes(0).oomGroup(true).cpuWeight(7).cpuMax(new CpuMax(50_000, 100_000)).ioWeight(8).pidsMax(9).build();
        Intent intent = Intent.from("declared").memoryBytes(5).cpuCores(1.5).duration(Duration.ofSeconds(3)).placement(Placement.CALL)
                .pidsMax(4).confidence(0.8).reason("because").build();
        return new CallRecord(call, new Grant(limits, Placement.CALL, "fixed", "reason"), Collections.nCopies(3, intent),
                new Explanation(intent, OptionalDouble.of(0.25), List.of("weighed"), Duration.ofMillis(1_200), List.of()), 99);
    }
}
