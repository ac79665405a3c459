package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.SessionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Sessions are opened, changed and closed. */
class SessionsTest extends EngineFixture {

    @Test
    void whatIsSaidAnewOfAnOpenSessionHoldsFromTheNextCallOnAndTheRestStays() throws Exception {
        session();
        OpenCall before = open();

        engine.sessions().open(new SessionSpec(NAME, Optional.of(Priority.HIGH), ALICE, ALICE, OptionalLong.of(1L << 30),
                OptionalLong.empty(), Optional.empty()));

        Session changed = engine.sessions().find(NAME).orElseThrow();
        assertEquals(Priority.HIGH, changed.priority());
        assertEquals(OptionalLong.of(1L << 30), changed.memoryBudgetBytes());
        assertEquals(LeftoverPolicy.DEFAULT, changed.leftovers());
        assertEquals(0, open().oomScoreAdj());
        assertEquals(1, domain(before).applied.size());
        assertEquals("session s has from now on priority high, memory " + Quantity.formatBytes(1L << 30),
                journal.awaitEvent("session-changed").message());
    }

    /** At its end the kernel would end one after the other; a soft limit before it leaves time to choose. */
    @Test
    void theLastOfTheBudgetOfAllSessionsIsHadSlowly() {
        restart(Map.of("host.memory", "10000m"));
        session();
        Limits root = tree.root.get(tree.root.size() - 1);
        assertEquals(OptionalLong.of(10_000L << 20), root.memoryMaxBytes());
        assertEquals(OptionalLong.of(9_800L << 20), root.memoryHighBytes());
    }

    @Test
    void strangersAreRefused() {
        session();
        assertThrows(ExecutionException.class, () -> open(request(ALICE + 1)));
        assertThrows(ExecutionException.class,
                () -> engine.calls().open(new SessionName("other"), request(ALICE), Conversation.NOBODY).toCompletableFuture().get());
        assertThrows(IllegalArgumentException.class, () -> engine.sessions().open(spec(ALICE + 1, OptionalLong.empty(), Optional.empty())));
    }

    @Test
    void closingASessionEndsJournalsAndRemovesEverything() throws Exception {
        session();
        OpenCall call = open();
        FakeTree.Node node = node();
        domain(call).live(1);
        node.agent.live(2);
        call.started(1);
        assertTrue(engine.sessions().close(NAME, "the operator wanted it"));
        assertFalse(engine.sessions().close(NAME, "again"));
        assertEquals(Outcome.End.ENDED, journal.outcomes().get(0).end());
        assertTrue(node.removed);
        assertTrue(engine.sessions().find(NAME).isEmpty());
        assertThrows(ExecutionException.class, this::open);
        assertEquals(List.of("This command was ended by AgentCgroup: its session was closed: the operator wanted it. Your session goes on."),
                exit(call, 9));
        session();
        exit(open(), 0);
    }

    @Test
    void whoClosesASessionThatIsBeingClosedIsAnsweredWhenItIsGone() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        engine.add(new SessionListener() {
            @Override
            public void sessionOpened(Session session) {
                // Nothing to wait for.
            }

            @Override
            public void sessionClosed(Session session) {
                closing.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        session();
        FakeTree.Node node = node();
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> engine.sessions().closeIfIdle(NAME, "its agent has exited"));
        assertTrue(closing.await(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            boolean closed = engine.sessions().close(NAME, "the operator wanted it");
            assertTrue(node.removed);
            return closed;
        });
        assertThrows(TimeoutException.class, () -> second.get(100, TimeUnit.MILLISECONDS));
        goOn.countDown();
        assertTrue(first.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
        assertFalse(second.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
    }

    @Test
    void aSessionIsClosedWhenNothingRunsInItAnyMore() throws Exception {
        session();
        node().agent.live(2);
        assertFalse(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
        FakeTree.Node node = node();
        node.agent.live();
        node.live();
        waitFor(() -> node.removed);

        session();
        assertTrue(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
        assertFalse(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
    }

    @Test
    void aSessionThatIsWantedAgainStays() throws Exception {
        session();
        node().agent.live(2);
        engine.sessions().closeIfIdle(NAME, "its agent has exited");
        session();
        node().agent.live();
        node().live();
        TimeUnit.MILLISECONDS.sleep(100);
        assertTrue(engine.sessions().find(NAME).isPresent());
    }

    @Test
    void aListenerHearsOfEverySessionOnce() {
        List<String> said = new ArrayList<>();
        SessionListener listener = new SessionListener() {
            @Override
            public void sessionOpened(Session session) {
                said.add("opened " + session.name());
            }

            @Override
            public void sessionClosed(Session session) {
                said.add("closed " + session.name());
            }
        };
        session();
        engine.add(listener);
        session();
        engine.sessions().close(NAME, "x");
        engine.remove(listener);
        session();
        assertEquals(List.of("opened s", "closed s"), said);
    }
}
