package io.agentcgroup.api.journal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.osgi.annotation.versioning.ProviderType;

/** What happened. Thread-safe. */
@ProviderType
public interface Journal {

    /**
     * Adds a call's outcome. When it returns, the line is the kernel's: a killed daemon does not lose it.
     */
    void append(Outcome outcome);

    /** Adds something that is no call. */
    void append(JournalEvent event);

    /**
     * Reads calls back, rotated files included.
     *
     * @param filter over the JSON of a line, as maps, lists, strings, numbers and booleans; asked newest first
     * @param limit at most that many, the newest
     * @return oldest first
     */
    List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit);

    /**
     * Reads one call back. Faster than a query, which looks into every line.
     *
     * @return its line, as in {@link #query}; empty if it is unknown, still goes on, or is kept no longer
     */
    default Optional<Map<String, Object>> find(CallId id) {
        return query(line -> id.value().equals(line.get("id")), 1).stream().findFirst();
    }

    /** Reads events back; otherwise as {@link #query}. */
    List<Map<String, Object>> queryEvents(Predicate<Map<String, Object>> filter, int limit);

    /**
     * Counters since the daemon started, for metrics: names in base units, ending in {@code _total}, such as
     * {@code calls_total}, {@code calls_oom_killed_total}.
     *
     * @return a copy
     */
    Map<String, Long> counters();
}
