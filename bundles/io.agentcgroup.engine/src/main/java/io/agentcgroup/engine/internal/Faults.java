package io.agentcgroup.engine.internal;

import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of plug-ins that throw or answer nonsense: the first time, the tenth, the hundredth, so that a bad one fills no disk. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final int LONGEST_CAUSE = 200;
    /** Names come from bundles, not from agents; still no map grows for ever. */
    private static final int MOST_NAMES = 1_000;

    private final Journal journal;
    private final Clocks clocks;
    private final Map<String, AtomicLong> times = new ConcurrentHashMap<>();

    Faults(Journal journal, Clocks clocks) {
        this.journal = journal;
        this.clocks = clocks;
    }

    /**
     * @param kind of the event, such as {@code policy-fault}
     * @param who the name of the plug-in
     * @param what went wrong, in words
     */
    void report(String kind, String who, String what, Throwable cause) {
        if (times.size() > MOST_NAMES) {
            times.clear();
        }
        long count = times.computeIfAbsent(kind + who, key -> new AtomicLong()).incrementAndGet();
        if (isPowerOfTen(count)) {
            String why = cause == null ? "" : ": " + brief(cause);
            LOG.warn("{} {}{} ({} times)", who, what, why, count, cause);
            journal.append(new JournalEvent(clocks.now(), kind, Optional.empty(), who + " " + what + why,
                    Map.of("name", who, "times", count)));
        }
    }

    /** Tells of something that happens once. */
    void event(String kind, String who, String what) {
        LOG.warn("{} {}", who, what);
        journal.append(new JournalEvent(clocks.now(), kind, Optional.empty(), who + " " + what, Map.of("name", who)));
    }

    /** @return an exception in a line; its text is a plug-in's, and so is the code that makes it */
    static String brief(Throwable cause) {
        try {
            return PrintableText.escape(cause.toString(), LONGEST_CAUSE);
        } catch (RuntimeException e) {
            return cause.getClass().getName();
        }
    }

    private static boolean isPowerOfTen(long count) {
        long power = 1;
        while (power < count) {
            power *= 10;
        }
        return power == count;
    }
}
