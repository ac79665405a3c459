package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what was journalled, and waits for it. */
final class MemoryJournal implements Journal {

    /** A machine that does much else may let a test stand for some ten seconds. */
    static final long PATIENCE_S = 60;

    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<JournalEvent> events = new ArrayList<>();

    @Override
    public synchronized void append(Outcome outcome) {
        outcomes.add(outcome);
        notifyAll();
    }

    @Override
    public synchronized void append(JournalEvent event) {
        events.add(event);
        notifyAll();
    }

    @Override
    public synchronized List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit) {
        return outcomes.stream().map(outcome -> Map.<String, Object>of("id", outcome.call().id().value())).filter(filter).toList();
    }

    @Override
    public List<Map<String, Object>> queryEvents(Predicate<Map<String, Object>> filter, int limit) {
        return List.of();
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    synchronized List<JournalEvent> events() {
        return List.copyOf(events);
    }

    /** @return the first outcomes, as many as asked for */
    synchronized List<Outcome> await(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (outcomes.size() < count) {
            waitUntil(deadline, count + " outcomes, not " + outcomes);
        }
        return List.copyOf(outcomes);
    }

    synchronized Outcome await(CallId id, long patienceS) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceS);
        while (true) {
            for (Outcome outcome : outcomes) {
                if (outcome.call().id().equals(id)) {
                    return outcome;
                }
            }
            waitUntil(deadline, "the outcome of " + id);
        }
    }

    synchronized JournalEvent awaitEvent(String kind) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (true) {
            for (JournalEvent event : events) {
                if (event.kind().equals(kind)) {
                    return event;
                }
            }
            waitUntil(deadline, kind + ", not " + events);
        }
    }

    private void waitUntil(long deadline, String expected) throws InterruptedException {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMs <= 0) {
            throw new AssertionError("expected " + expected);
        }
        wait(leftMs);
    }
}
