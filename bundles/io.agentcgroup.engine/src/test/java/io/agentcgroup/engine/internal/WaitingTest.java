package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.policy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls for which there is no room yet. */
class WaitingTest extends EngineFixture {

    /** What is granted to who may not wait any longer. */
    private static final long LESS_BYTES = GRANTED_BYTES / 2;

    @Test
    void aCallWaitsIsToldWhyAndIsLetInWhenAnotherEnds() throws Exception {
        session();
        OpenCall first = open();
        first.started(1);
        decision = request -> request.session().calls().isEmpty() ? admit() : noRoom(Duration.ofSeconds(60));
        CompletableFuture<OpenCall> second = engine.calls().open(NAME, request(ALICE), listener()).toCompletableFuture();
        waitFor(() -> !heard.isEmpty());
        assertTrue(heard.get(0).startsWith("Waiting to start: no room"), heard::toString);
        assertEquals(1, engine.calls().waiting().get(0).waiting().place());
        assertFalse(second.isDone());
        exit(first, 0);
        OpenCall let = second.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(engine.calls().waiting().isEmpty());
        let.started(1);
        exit(let, 0);
        assertTrue(journal.await(let.id(), MemoryJournal.PATIENCE_S).explanation().waited().toNanos() > 0);
    }

    @Test
    void aCallThatHasEndedTakesNoRoomThoughItIsNotJournalledYet() throws Exception {
        session();
        decision = request -> request.session().calls().isEmpty() ? admit() : noRoom(Duration.ofSeconds(60));
        for (int i = 0; i < 20; i++) {
            OpenCall call = open();
            call.started(1);
            exit(call, 0);
        }
        assertEquals(List.of(), heard);
        assertEquals(20, journal.await(20).size());
    }

    @Test
    void whoWaitsTooLongStartsWithWhatThereIs() throws Exception {
        session();
        decision = request -> noRoom(Duration.ofMillis(100));
        OpenCall late = open();
        assertEquals(OptionalLong.of(LESS_BYTES), domain(late).applied.get(0).memoryMaxBytes());
    }

    @Test
    void priorityGoesFirstAndNobodyTakesAnothersPlace() throws Exception {
        session();
        SessionName urgent = new SessionName("urgent");
        engine.sessions().open(new SessionSpec(urgent, Optional.of(Priority.HIGH), ALICE, ALICE, OptionalLong.empty(), OptionalLong.empty(),
                Optional.empty()));
        decision = request -> noRoom(Duration.ofSeconds(60));
        List<CompletableFuture<OpenCall>> normal = List.of(ask(NAME), ask(NAME));
        waitFor(() -> engine.calls().waiting().size() == 2);
        CompletableFuture<OpenCall> high = ask(urgent);
        waitFor(() -> engine.calls().waiting().size() == 3);
        assertEquals(urgent, engine.calls().waiting().get(0).call().session());
        decision = request -> request.state().waiting().isEmpty() && request.state().sessions().stream().allMatch(s -> s.calls().isEmpty())
                ? admit() : noRoom(Duration.ofSeconds(60));
        engine.policiesChanged();
        for (CompletableFuture<OpenCall> next : List.of(high, normal.get(0), normal.get(1))) {
            next.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS).notStarted(2);
        }
        journal.await(3);
    }

    @Test
    void nobodyWaitsForAClosedSessionOrAStoppedEngineOrAVanishedClient() throws Exception {
        session();
        decision = request -> noRoom(Duration.ofSeconds(60));
        CompletableFuture<OpenCall> vanished = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        vanished.cancel(false);
        assertTrue(engine.calls().waiting().isEmpty());
        CompletableFuture<OpenCall> closed = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        engine.sessions().close(NAME, "a test");
        ExecutionException refused = assertThrows(ExecutionException.class, () -> closed.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
        assertInstanceOf(CallRefusedException.class, refused.getCause());
        session();
        CompletableFuture<OpenCall> stopped = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        engine.close();
        assertThrows(ExecutionException.class, () -> stopped.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
    }

    private CompletableFuture<OpenCall> ask(SessionName session) {
        return engine.calls().open(session, request(ALICE), Conversation.NOBODY).toCompletableFuture();
    }

    private static Decision noRoom(Duration atMost) {
        Grant less = new Grant(Limits.builder().memoryMaxBytes(LESS_BYTES).build(), Placement.CALL, "test", "less");
        return new Decision.Wait(less, less, atMost, "no room");
    }
}
