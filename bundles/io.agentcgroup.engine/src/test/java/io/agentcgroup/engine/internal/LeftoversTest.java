package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of processes that outlive the first one of their call. */
class LeftoversTest extends EngineFixture {

    @Test
    void processesThatLeaveWithinTheGraceAreNoLeftovers() throws Exception {
        restart(Map.of("grace.ms", 2_000));
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        CompletableFuture<List<String>> answer = call.exited(0).toCompletableFuture();
        assertFalse(answer.isDone());
        domain(call).live();
        assertEquals(List.of(), answer.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(0, journal.await(1).get(0).leftovers());
    }

    @Test
    void leftoversAreAdopted() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        List<String> told = exit(call, 0);
        assertTrue(told.get(0).startsWith("Still running in the background: 1 process of this command: " + PID_UNLIKELY), told::toString);
        Outcome outcome = journal.await(1).get(0);
        assertEquals(1, outcome.leftovers());
        assertEquals(told, outcome.feedback());
        assertEquals(List.of(PID_UNLIKELY), node().background.processes());
        journal.awaitEvent("leftovers-adopted");
    }

    @Test
    void whatAdoptedLeftoversUseAndMayUseIsListed() {
        sessionWithBudget(1L << 30);
        node().background.live(PID_UNLIKELY);
        OptionalLong no = OptionalLong.empty();
        node().background.usage = new Usage(OptionalLong.of(5 << 20), no, no, no, no, no, no, no, no, no, no, no, no, no, no);
        SessionStatus listed = engine.sessions().list().get(0);
        assertEquals(1, listed.backgroundProcesses());
        assertEquals(OptionalLong.of(5 << 20), listed.backgroundUsage().memoryCurrentBytes());
        Limits applied = node().background.applied.get(0);
        assertEquals(applied.memoryMaxBytes(), listed.backgroundLimitBytes());
        assertEquals((1L << 30) / 100 * 25, listed.backgroundLimitBytes().orElseThrow());
    }

    @Test
    void whereNoMemoryIsCountedAdoptedLeftoversHaveNoLimit() {
        sessionWithBudget(1L << 30);
        SessionStatus listed = engine.sessions().list().get(0);
        assertEquals(OptionalLong.empty(), listed.backgroundUsage().memoryCurrentBytes());
        assertEquals(OptionalLong.empty(), listed.backgroundLimitBytes());
    }

    @Test
    void leftoversAreReaped() throws Exception {
        session(new LeftoverPolicy(LeftoverPolicy.Mode.REAP, Duration.ZERO));
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        assertEquals(1, exit(call, 0).size());
        journal.await(1);
        assertTrue(domain(call).killed);
    }

    @Test
    void leftoversAreKept() throws Exception {
        session(new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, Duration.ofHours(1)));
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        exit(call, 0);
        assertFalse(domain(call).killed);
        assertTrue(engine.calls().running().get(0).leaderExited());
    }

    @Test
    void keptLeftoversEndAtTheDeadlineAndNotBefore() throws Exception {
        Duration keep = Duration.ofMillis(300);
        session(new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, keep));
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        long exitedNs = System.nanoTime();
        exit(call, 0);
        journal.await(1);
        assertTrue(domain(call).killed);
        assertTrue(System.nanoTime() - exitedNs >= keep.toNanos(), "ended too early");
    }
}
