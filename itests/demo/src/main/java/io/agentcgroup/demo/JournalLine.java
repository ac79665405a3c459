package io.agentcgroup.demo;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads what the demo needs from a line of {@code tool-calls.jsonl}; what is not known is left out there. */
final class JournalLine {

    private JournalLine() {
    }

    static Evidence evidence(Map<String, Object> line) {
        Object usage = line.getOrDefault("usage", Map.of());
        String end = (String) line.get("end");
        boolean started = !end.equals("not_started");
        return new Evidence((String) line.get("id"), !started ? OptionalLong.empty() : number(((Map<?, ?>) usage).get("memory_peak_bytes")), end.equals("oom_killed"),
                end, line.get("leftovers") instanceof Integer count ? OptionalInt.of(count) : OptionalInt.empty());
    }

    private static OptionalLong number(Object value) {
        return value instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }
}
