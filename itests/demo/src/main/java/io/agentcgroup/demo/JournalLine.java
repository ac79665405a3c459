package io.agentcgroup.demo;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads what the demo needs from a line of {@code tool-calls.jsonl}. */
final class JournalLine {

    private JournalLine() {
    }

    static Evidence evidence(Map<String, Object> line) {
        return new Evidence((String) line.get("call"), number(line, "peak_bytes"), "oom_killed".equals(line.get("end")), (String) line.get("end"),
                OptionalInt.of((Integer) line.get("leftovers")));
    }

    private static OptionalLong number(Map<String, Object> line, String name) {
        return line.get(name) instanceof Number value ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }
}
