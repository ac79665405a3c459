package io.agentcgroup.console.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.journal.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Calls that have ended, from the journal: pages of short rows, newest first. Lines are looked at one by one and let go; the
 * daemon's memory does not grow with the journal.
 */
final class PastCalls {

    /** A page is asked for by the last row of the one before. */
    record Query(String text, String session, String end, String before, int limit) {
    }

    /** Rows of one page. */
    static final int MOST_ROWS = 500;
    /** Whoever looks for what is not there does not read all of the journal for it. */
    private static final int MOST_LINES = 50_000;

    private final Journal journal;

    PastCalls(Journal journal) {
        this.journal = journal;
    }

    /** @return rows, whether there are more, and how many calls had ended by then since the daemon was started */
    Map<String, Object> page(Query query) {
        // Before it is read, so that what comes meanwhile is more than was counted.
        Object total = journal.counters().get("calls_total");
        Page page = new Page(query);
        // Says "enough" by accepting a line: the journal is read no further then.
        journal.query(page::isEnough, 1);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rows", page.rows);
        json.put("more", page.more);
        json.put("lines_read", page.lines);
        json.put("calls_total", total);
        return json;
    }

    /** @return all of one call; nothing for what is no id */
    Optional<Map<String, Object>> call(String id) {
        try {
            return journal.find(new CallId(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @return whether it ended in any way that is not well */
    static boolean failed(Map<String, Object> line) {
        return !"exited".equals(line.get("end")) || line.get("signal") != null
                || line.get("exit_code") instanceof Number code && code.intValue() != 0;
    }

    private static final class Page {

        private final Query query;
        private final String text;
        private final List<Object> rows = new ArrayList<>();
        private boolean begun;
        private boolean more;
        private int lines;

        Page(Query query) {
            this.query = query;
            this.text = query.text().toLowerCase(Locale.ROOT);
            this.begun = query.before().isEmpty();
        }

        boolean isEnough(Map<String, Object> line) {
            lines++;
            if (!begun) {
                begun = query.before().equals(line.get("id"));
            } else if (matches(line)) {
                if (rows.size() == query.limit()) {
                    more = true;
                    return true;
                }
                rows.add(row(line));
            }
            return lines >= MOST_LINES;
        }

        private boolean matches(Map<String, Object> line) {
            return isOrAny(query.session(), line.get("session")) && isEnd(line)
                    && (text.isEmpty() || contains(line.get("command")) || contains(line.get("id")) || contains(line.get("session")));
        }

        private boolean isEnd(Map<String, Object> line) {
            return query.end().equals("failed") ? failed(line) : isOrAny(query.end(), line.get("end"));
        }

        private static boolean isOrAny(String wanted, Object value) {
            return wanted.isEmpty() || wanted.equals(value);
        }

        private boolean contains(Object value) {
            return value instanceof String string && string.toLowerCase(Locale.ROOT).contains(text);
        }
    }

    private static Object row(Map<String, Object> line) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (String key : List.of("id", "session", "received", "ended", "duration_us", "end", "exit_code", "signal", "leftovers")) {
            if (line.get(key) != null) {
                row.put(key, line.get(key));
            }
        }
        row.put("command", Shown.command(line.get("command")));
        copy(line, "usage", "memory_peak_bytes", row);
        copy(line, "usage", "cpu_us", row);
        copy(line, "grant", "policy", row);
        if (line.get("grant") instanceof Map<?, ?> grant && grant.get("limits") instanceof Map<?, ?> limits
                && limits.get("memory_max_bytes") != null) {
            row.put("memory_max_bytes", limits.get("memory_max_bytes"));
        }
        return Shown.of(row);
    }

    private static void copy(Map<String, Object> line, String part, String key, Map<String, Object> row) {
        if (line.get(part) instanceof Map<?, ?> map && map.get(key) != null) {
            row.put(key, map.get(key));
        }
    }
}
