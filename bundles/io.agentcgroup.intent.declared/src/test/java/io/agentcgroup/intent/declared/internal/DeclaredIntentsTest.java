package io.agentcgroup.intent.declared.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.config.Configuration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeclaredIntentsTest {

    private final DeclaredIntents provider = provider(Map.of());

    @Test
    void passesWhenNothingIsDeclared() {
        assertEquals(Optional.empty(), provider.intentFor(call("s", null)));
        assertEquals(Optional.empty(), provider.intentFor(call("s", "  ")));
    }

    @Test
    void saysWhatTheAgentSaid() {
        Intent intent = provider.intentFor(call("s", "memory:2g")).orElseThrow();
        assertEquals(OptionalLong.of(2L << 30), intent.memoryBytes());
        assertEquals("declared: memory:2g", intent.reason());
        assertEquals(0.8, intent.confidence());
    }

    @Test
    void aLevelIsLessCertainThanANumber() {
        assertEquals(0.6, provider.intentFor(call("s", "memory:low")).orElseThrow().confidence());
    }

    @Test
    void levelsCanBeConfigured() {
        Intent intent = provider(Map.of("memory.low", "64m")).intentFor(call("s", "memory:low")).orElseThrow();
        assertEquals(OptionalLong.of(64L << 20), intent.memoryBytes());
    }

    @Test
    void aBadHintIsToldOnceASession() {
        assertEquals(1, provider.intentFor(call("s", "memory:lots")).orElseThrow().notices().size());
        assertEquals(Optional.empty(), provider.intentFor(call("s", "memory:lots")));
        assertEquals(1, provider.intentFor(call("t", "memory:lots")).orElseThrow().notices().size());
        assertEquals(1, provider.intentFor(call("s", "memory:plenty")).orElseThrow().notices().size());
    }

    @Test
    void goodPartsCountEachTimeAndTheBadOneIsToldOnce() {
        assertEquals(1, provider.intentFor(call("s", "memory:2g,x")).orElseThrow().notices().size());
        Intent again = provider.intentFor(call("s", "memory:2g,x")).orElseThrow();
        assertEquals(OptionalLong.of(2L << 30), again.memoryBytes());
        assertTrue(again.notices().isEmpty());
    }

    @Test
    void whatWasToldIsForgottenBeforeItFillsTheMemory() {
        ToldOnce told = new ToldOnce(2);
        SessionName session = new SessionName("s");
        assertTrue(told.firstTime(session, "a"));
        assertTrue(told.firstTime(session, "b"));
        assertTrue(told.firstTime(session, "c"));
        assertTrue(told.firstTime(session, "a"), "the oldest is forgotten");
    }

    @Test
    void aWrongLevelIsNamed() {
        assertEquals("duration.long is a time such as 30s, 5m or 2h, not \"ages\"",
                assertThrows(IllegalArgumentException.class, () -> provider(Map.of("duration.long", "ages"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> provider(Map.of("cpu.low", 0.0)));
        assertThrows(IllegalArgumentException.class, () -> provider(Map.of("memory.high", "0m")));
    }

    private static ToolCall call(String session, String hint) {
        return new ToolCall(new CallId("c"), new SessionName(session), ToolCall.Kind.SHELL, "bash", "true", false, "/",
                Optional.ofNullable(hint).map(text -> new Hint(text, HintSource.ENVIRONMENT)), 0, 1, Instant.EPOCH, 0);
    }

    private static DeclaredIntents provider(Map<String, Object> values) {
        return new DeclaredIntents(Configuration.of(DeclaredIntents.Config.class, values));
    }
}
