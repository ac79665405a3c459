package io.agentcgroup.journal.internal;

import io.agentcgroup.api.Outcome;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What was counted since the daemon started. Thread-safe. */
final class Counters {

    static final String CALLS = "calls_total";
    static final String CALLS_FAILED = "calls_failed_total";
    static final String CALLS_OOM_KILLED = "calls_oom_killed_total";
    static final String CALLS_ENDED = "calls_ended_total";
    static final String CALLS_NOT_STARTED = "calls_not_started_total";
    static final String CALLS_ADOPTED = "calls_adopted_total";
    static final String PIDS_MAX = "pids_max_total";
    static final String MEMORY_HIGH = "memory_high_total";
    static final String LEFTOVERS = "leftovers_total";
    static final String FEEDBACK_LINES = "feedback_lines_total";
    static final String HINTS_BAD = "hints_bad_total";
    static final String EVENTS = "events_total";
    static final String JOURNAL_LINES = "journal_lines_total";
    static final String JOURNAL_BYTES = "journal_bytes_total";
    static final String JOURNAL_LOST = "journal_lost_total";
    static final String OUTCOMES_UNTOLD = "outcomes_untold_total";

    private final Map<String, LongAdder> values = new ConcurrentHashMap<>();

    Counters() {
        // Metrics should show a zero from the start, not come into being with the first event.
        for (String name : new String[] {CALLS, CALLS_FAILED, CALLS_OOM_KILLED, CALLS_ENDED, CALLS_NOT_STARTED, CALLS_ADOPTED,
            PIDS_MAX, MEMORY_HIGH, LEFTOVERS, FEEDBACK_LINES, HINTS_BAD, EVENTS, JOURNAL_LINES, JOURNAL_BYTES, JOURNAL_LOST,
            OUTCOMES_UNTOLD}) {
            values.put(name, new LongAdder());
        }
    }

    void add(String name, long amount) {
        values.get(name).add(amount);
    }

    void count(Outcome outcome) {
        add(CALLS, 1);
        switch (outcome.end()) {
            case OOM_KILLED -> add(CALLS_OOM_KILLED, 1);
            case ENDED -> add(CALLS_ENDED, 1);
            case NOT_STARTED -> add(CALLS_NOT_STARTED, 1);
            case EXITED, UNSEEN -> { }
        }
        if (outcome.exitCode().orElse(0) != 0 || outcome.signal().isPresent()) {
            add(CALLS_FAILED, 1);
        }
        if (outcome.adopted()) {
            add(CALLS_ADOPTED, 1);
        }
        add(PIDS_MAX, outcome.events().pidsMax());
        add(MEMORY_HIGH, outcome.events().high());
        add(LEFTOVERS, outcome.leftovers());
        add(FEEDBACK_LINES, outcome.feedback().size());
    }

    Map<String, Long> snapshot() {
        Map<String, Long> copy = new TreeMap<>();
        values.forEach((name, value) -> copy.put(name, value.sum()));
        return copy;
    }
}
