package io.agentcgroup.engine.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.cgroup.DomainListener;
import io.agentcgroup.api.cgroup.SessionNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a session: no new call, everything killed, every call journalled, the directories gone. */
final class SessionCloser {

    private static final Logger LOG = LoggerFactory.getLogger(SessionCloser.class);

    /** A call that is being made takes less than a millisecond; a second is for a host that swaps. */
    private static final long CALLS_MADE_WITHIN_MS = 1_000;
    /** Killed processes give their memory back first: gigabytes take some tenths of a second. */
    private static final long DEAD_WITHIN_MS = 5_000;
    private static final long JOURNALLED_WITHIN_MS = 5_000;

    private final EngineContext engine;
    private final SessionListeners listeners;

    SessionCloser(EngineContext engine, SessionListeners listeners) {
        this.engine = engine;
        this.listeners = listeners;
    }

    /**
     * @param session that nobody else closes
     * @param forget run when no new session of the name can meet the old one's directories any more
     */
    void end(OpenSession session, String reason, Runnable forget) {
        listeners.closed(session.session());
        try {
            engine.room().refuse(session.name(), "session " + session.name() + " is being closed");
            session.awaitEntered(CALLS_MADE_WITHIN_MS);
            session.calls().forEach(call -> call.treatment().endsWithSession("its session was closed: " + reason));
            killAll(session.node());
            journalCalls(session);
            session.releaseLimits();
            session.node().remove();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("closing session {} was interrupted", session.name());
        } catch (CgroupException | IllegalStateException e) {
            LOG.error("session {} leaves something behind: {}", session.name(), e.getMessage());
            engine.event("cgroup-stays", session.name(), "session " + session.name() + " leaves something behind: " + e.getMessage(),
                    Map.of());
        } finally {
            forget.run();
            session.closed().complete(null);
        }
        engine.event("session-closed", session.name(), "session " + session.name() + " was closed: " + reason, Map.of());
    }

    void awaitClosed(OpenSession session) {
        try {
            session.closed().get(CALLS_MADE_WITHIN_MS + DEAD_WITHIN_MS + JOURNALLED_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalArgumentException("session " + session.name() + " is still being closed; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("session " + session.name() + " is still being closed; try again", e);
        }
    }

    private static void killAll(SessionNode node) throws InterruptedException {
        Semaphore changed = new Semaphore(0);
        DomainListener listener = new DomainListener() {
            @Override
            public void cgroupEvents() {
                changed.release();
            }
        };
        try (Watch watch = node.watch(listener)) {
            if (!node.populated()) {
                return;
            }
            node.kill();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEAD_WITHIN_MS);
            while (node.populated()) {
                if (!changed.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn("processes in {} do not die", node.path());
                    return;
                }
            }
        }
    }

    private static void journalCalls(OpenSession session) throws InterruptedException {
        List<LiveCall> calls = List.copyOf(session.calls());
        calls.forEach(LiveCall::force);
        CompletableFuture<Void> all = CompletableFuture.allOf(
                calls.stream().map(LiveCall::finished).toArray(CompletableFuture[]::new));
        try {
            all.get(JOURNALLED_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.error("calls of session {} could not all be journalled: {}", session.name(), e.toString());
        }
    }
}
