package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.journal.JournalEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What reaches the policy while calls run, and what it has done to them. */
class PressureTest extends EngineFixture {

    @Test
    void whatTheKernelTellsReachesThePolicyWithTheKernelsTime() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        List<Pressure> seen = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            seen.add(pressure);
            return List.of();
        };
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.FORK, 5, 0, 4, "sh", 7));
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.HELD, 20_000_000, 9, 0, "", 8));
        engine.kernelEvents().happened(new KernelEvent(12_345, 12_346, KernelEvent.Kind.HELD, 20_000_000, 9, 0, "", 8));
        waitFor(() -> !seen.isEmpty());
        assertEquals(List.of(new Pressure(Optional.of(NAME), Optional.of(call.id()), Pressure.Kind.HELD, 20_000_000, 8)), seen);
    }

    @Test
    void theVictimOfTheOomKillerIsNamed() throws Exception {
        session();
        OpenCall call = open();
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.OOM_VICTIM, 50L << 20, 200, 77,
                "no\u001bde", 8));
        JournalEvent event = journal.awaitEvent("oom-victim");
        assertEquals(call.id().value(), event.details().get("call"));
        assertTrue(event.message().contains("process 77") && event.message().contains("50 MiB") && !event.message().contains("\u001b"),
                event::message);
    }

    @Test
    void anAgentThatLosesAProcessIsNoted() throws Exception {
        session();
        node().agent.events = new DomainEvents(0, 0, 0, 0, 2, 0, 0);
        node().memoryEvents(DomainEvents.ZERO);
        assertEquals("memory ran out and the kernel ended 2 of the agent's own processes", journal.awaitEvent("agent-killed").message());
    }

    @Test
    void whoComesAndGoesBesideOthersInASessionWithABudgetIsToldToThePolicy() throws Exception {
        List<Pressure> told = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            told.add(pressure);
            return List.of();
        };
        sessionWithBudget(1L << 30);
        OpenCall first = open();
        OpenCall second = open();
        waitFor(() -> told.size() == 1);
        exit(second, 0);
        waitFor(() -> told.size() == 2);
        exit(first, 0);
        journal.await(2);
        assertEquals(List.of(2L, 1L), told.stream().map(Pressure::amount).toList());
        assertTrue(told.stream().allMatch(one -> one.kind() == Pressure.Kind.CALLS_CHANGED && one.session().equals(Optional.of(NAME))), told::toString);
    }

    @Test
    void aPolicyFreezesForAWhileOnly() throws Exception {
        restart(Map.of("freeze.most.ms", 200));
        session();
        OpenCall call = open();
        call.started(1);
        reaction = pressure -> List.of(new Action.Freeze(call.id(), Duration.ofHours(1), "a test"));
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> domain(call).freezes.size() >= 2);
        assertEquals(List.of(true, false), domain(call).freezes.subList(0, 2));
        journal.awaitEvent("action");
    }

    @Test
    void aCallThatWasFrozenRunsBeforeItIsFrozenAgainWhateverAPolicyWants() throws Exception {
        restart(Map.of("freeze.most.ms", 100));
        session();
        OpenCall call = open();
        call.started(1);
        reaction = pressure -> List.of(new Action.Freeze(call.id(), Duration.ofHours(1), "a test"));
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> domain(call).freezes.size() >= 2);
        assertEquals(List.of(true, false), domain(call).freezes.subList(0, 2));
        assertEquals(1, engine.calls().running().get(0).standing().times());
    }

    @Test
    void aRungEndsAtItsBoundAndThePolicyIsAskedOnce() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        List<Pressure.Kind> asked = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            asked.add(pressure.kind());
            return pressure.kind() == Pressure.Kind.MEMORY_HIGH
                    ? List.of(new Action.SoftLimit(call.id(), 50L << 20, Duration.ofMillis(100), "a test")) : List.of();
        };
        domain(call).memoryEvents(new DomainEvents(0, 3, 0, 0, 0, 0, 0));
        waitFor(() -> domain(call).applied.stream().anyMatch(limits -> limits.memoryHighBytes().equals(OptionalLong.of(50L << 20))));
        waitFor(() -> domain(call).applied.get(domain(call).applied.size() - 1).memoryHighBytes().equals(OptionalLong.of(Limits.UNLIMITED)));
        // On a busy machine it is let go before the question is put.
        assertTrue(asked.stream().filter(Pressure.Kind.RUNG_EXPIRED::equals).count() <= 1, asked::toString);
        assertEquals(Rung.FREE, engine.calls().running().get(0).standing().rung());
        // A step is taken down when it is done.
        waitFor(() -> engine.calls().running().get(0).explanation().steps().size() == 2);
        exit(call, 0);
        assertEquals(List.of("soft-limit", "release"),
                journal.await(1).get(0).explanation().steps().stream().map(Explanation.Step::action).toList());
    }

    @Test
    void whatIsPausedByHandIsLetGoByHandOrInTime() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        assertTrue(engine.calls().pause(call.id(), Duration.ofMinutes(5), "a look at it"));
        AtomicInteger asked = new AtomicInteger();
        reaction = pressure -> asked.getAndIncrement() == 0 ? List.of(new Action.Release(call.id(), "no reason")) : List.of();
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> asked.get() == 1);
        domain(call).memoryEvents(new DomainEvents(0, 0, 6, 0, 0, 0, 0));
        // One pressure is looked at after the other: what the policy wanted at the first has been refused now.
        waitFor(() -> asked.get() == 2);
        assertTrue(engine.calls().thaw(call.id(), "seen enough"));
        assertFalse(engine.calls().thaw(call.id(), "once more"), "it is not paused any more");
        assertEquals(List.of(true, false), domain(call).freezes);
        assertEquals(List.of("pause", "thaw"), engine.calls().running().get(0).explanation().steps().stream().map(step -> step.action()).toList());

        assertTrue(engine.calls().pause(call.id(), Duration.ofMillis(50), "a short look"));
        waitFor(() -> domain(call).freezes.equals(List.of(true, false, true, false)));
        assertThrows(IllegalArgumentException.class, () -> engine.calls().pause(call.id(), Duration.ofHours(1), "for ever"));
    }

    @Test
    void aPolicyChangesLimitsTellsAndEnds() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        reaction = pressure -> List.of(
                new Action.SetLimits(call.id(), Limits.builder().memoryHighBytes(7).build(), "less"),
                new Action.Tell(call.id(), "slow\u001b[2J down", "manners"),
                new Action.EndCall(call.id(), "it went on"),
                new Action.Release(call.id(), "x"));
        domain(call).memoryEvents(new DomainEvents(0, 1, 0, 0, 0, 0, 0));
        waitFor(() -> domain(call).killed);
        assertEquals(List.of("slow\\x1b[2J down"), heard);
        assertEquals(List.of("This command was ended by AgentCgroup: it went on. Your session goes on."), exit(call, 9));
        Outcome outcome = journal.await(1).get(0);
        assertEquals(OptionalLong.of(7), outcome.grant().limits().memoryHighBytes());
        assertEquals(OptionalLong.of(GRANTED_BYTES), outcome.grant().limits().memoryMaxBytes());
    }
}
