package io.agentcgroup.journal.internal;

import io.agentcgroup.api.journal.JournalEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** An event in the words of {@code event.schema.json}. */
final class EventLine {

    static final String SCHEMA = "agentcgroup.event/v1";

    private static final int LONGEST_TEXT = 4_096;

    private EventLine() {
    }

    static Map<String, Object> of(JournalEvent event) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schema", SCHEMA);
        line.put("time", event.time().toString());
        line.put("kind", event.kind());
        event.session().ifPresent(session -> line.put("session", session.value()));
        line.put("message", Json.text(event.message(), LONGEST_TEXT));
        Map<String, Object> details = new TreeMap<>();
        event.details().forEach((key, value) -> details.put(Json.text(key, LONGEST_TEXT), plain(value)));
        line.put("details", details);
        return line;
    }

    private static Object plain(Object value) {
        return value instanceof Boolean || value instanceof Number ? value : Json.text(String.valueOf(value), LONGEST_TEXT);
    }
}
