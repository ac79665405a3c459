package io.agentcgroup.intent.learned.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedIntentsTest {

    private static final long MB = 1 << 20;
    private static final long PRICE = 20_000;

    @TempDir
    private Path folder;

    private static ToolCall call(String session, String command) {
        return new ToolCall(new CallId("c1"), new SessionName(session), ToolCall.Kind.SHELL, "bash", command, false, "/home/x/project",
                Optional.empty(), 1000, 1, Instant.EPOCH, 0);
    }

    private static Outcome outcome(ToolCall call, Outcome.End end, OptionalLong peak, Limits limits, DomainEvents events) {
        OptionalLong none = OptionalLong.empty();
        Usage usage = new Usage(none, peak, none, none, none, OptionalLong.of(4_000_000), none, none, none, none, none, none, none,
                none, none);
        return new Outcome(call, new Grant(limits, Placement.CALL, "test", ""), List.of(), end, OptionalInt.of(0),
                OptionalInt.empty(), Duration.ofSeconds(2), Instant.EPOCH, usage, events, 0, List.of(), false);
    }

    private static Outcome exited(String session, String command, long peakMb) {
        return outcome(call(session, command), Outcome.End.EXITED, OptionalLong.of(peakMb * MB), Limits.NONE, DomainEvents.ZERO);
    }

    private LearnedIntents provider() {
        return new LearnedIntents(folder.resolve("state/learned.json"), PRICE);
    }

    @Test
    void passesOnWhatItHasNeverSeen() {
        assertEquals(Optional.empty(), provider().intentFor(call("a", "pytest")));
    }

    @Test
    void saysWhatSuchCallsTookAndWhy() {
        LearnedIntents provider = provider();
        for (int i = 0; i < 12; i++) {
            provider.observe(exited("a", "pytest tests/", 500));
        }
        Intent intent = provider.intentFor(call("a", "pytest tests/")).orElseThrow();
        assertEquals("learned", intent.provider());
        assertTrue(intent.memoryBytes().orElseThrow() >= 500 * MB);
        assertEquals(2, intent.cpuCores().orElseThrow(), 0.01);
        assertEquals(2, intent.duration().orElseThrow().toMillis() / 1000.0, 0.5);
        assertTrue(intent.reason().contains("pytest folder (test)"), intent.reason());
        assertTrue(intent.reason().contains("this command in this session"), intent.reason());
    }

    @Test
    void aReasonHoldsNoControlCharacters() {
        LearnedIntents provider = provider();
        String hostile = "/bin/\u001b[2Jx\u202e";
        provider.observe(exited("a", hostile, 500));
        String reason = provider.intentFor(call("a", hostile)).orElseThrow().reason();
        assertTrue(reason.chars().allMatch(c -> c >= ' ' && c < 0x7f), reason);
    }

    @Test
    void anOomKilledCallIsGivenMoreTheNextTime() {
        LearnedIntents provider = provider();
        Limits limits = Limits.builder().memoryMaxBytes(300 * MB).build();
        provider.observe(outcome(call("a", "make"), Outcome.End.OOM_KILLED, OptionalLong.empty(), limits, DomainEvents.ZERO));
        assertTrue(provider.intentFor(call("a", "make")).orElseThrow().memoryBytes().orElseThrow() >= 375 * MB);
    }

    @Test
    void aCallHeldDownAtItsSoftLimitWantedMore() {
        LearnedIntents provider = provider();
        Limits limits = Limits.builder().memoryHighBytes(300 * MB).build();
        DomainEvents slowed = new DomainEvents(0, 50, 0, 0, 0, 0, 0);
        provider.observe(outcome(call("a", "make"), Outcome.End.EXITED, OptionalLong.of(301 * MB), limits, slowed));
        assertTrue(provider.intentFor(call("a", "make")).orElseThrow().memoryBytes().orElseThrow() >= 375 * MB);
    }

    @Test
    void whatNeverStartedTeachesNothing() {
        LearnedIntents provider = provider();
        provider.observe(outcome(call("a", "make"), Outcome.End.NOT_STARTED, OptionalLong.of(MB), Limits.NONE, DomainEvents.ZERO));
        assertEquals(0, provider.size());
    }

    @Test
    void withoutAMemoryControllerItStillLearnsCpuAndDuration() {
        LearnedIntents provider = provider();
        provider.observe(outcome(call("a", "make"), Outcome.End.EXITED, OptionalLong.empty(), Limits.NONE, DomainEvents.ZERO));
        assertTrue(provider.size() > 0);
        assertEquals(Optional.empty(), provider.intentFor(call("a", "make")), "but says nothing of a memory it never saw");
    }

    @Test
    void knowsAfterARestartWhatItKnewBefore() {
        LearnedIntents first = provider();
        for (int i = 0; i < 12; i++) {
            first.observe(exited("a", "cargo build", 900));
        }
        first.close();
        LearnedIntents second = provider();
        assertEquals(first.size(), second.size());
        assertTrue(second.intentFor(call("b", "cargo build")).orElseThrow().memoryBytes().orElseThrow() >= 900 * MB);
    }

    @Test
    void anUnreadableFileIsPutAsideAndItStartsAnew() throws IOException {
        Path file = folder.resolve("state/learned.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"schema\": \"agentcgroup.learned/v1\", \"nodes\": [{");
        LearnedIntents provider = provider();
        assertEquals(0, provider.size());
        assertTrue(Files.exists(folder.resolve("state/learned.json.unreadable")));
        provider.observe(exited("a", "make", 50));
        provider.close();
        assertTrue(provider().size() > 0);
    }

    @Test
    void oneHostTeachesAnother() throws IOException {
        LearnedIntents here = provider();
        LearnedIntents there = new LearnedIntents(folder.resolve("other/learned.json"), PRICE);
        for (int i = 0; i < 30; i++) {
            there.observe(exited("a", "npm run build", 1200));
        }
        Path export = folder.resolve("export.json");
        there.exportTo(export);
        here.mergeFrom(export);
        assertTrue(here.intentFor(call("b", "npm run build")).orElseThrow().memoryBytes().orElseThrow() >= 1000 * MB);
        Files.writeString(export, "[]");
        int before = here.size();
        assertThrows(IOException.class, () -> here.mergeFrom(export));
        assertEquals(before, here.size());
    }

    @Test
    void anIdleProviderWritesNothing() {
        provider().close();
        assertFalse(Files.exists(folder.resolve("state")));
    }

    @Test
    void refusesAPriceOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new LearnedIntents(folder.resolve("x"), 0));
    }
}
