package io.agentcgroup.api.journal;

import io.agentcgroup.api.Outcome;
import java.util.List;
import java.util.Map;
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
     * @param filter over the JSON of a line, as maps, lists, strings, numbers and booleans
     * @param limit at most that many, the newest
     * @return oldest first
     */
    List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit);

    /**
     * Counters since the daemon started, for metrics: names in base units, ending in {@code _total}, such as
     * {@code calls_total}, {@code oom_kills_total}.
     *
     * @return a copy
     */
    Map<String, Long> counters();
}
