package io.agentcgroup.console.internal;

import io.agentcgroup.api.PrintableText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values on their way to a page: nothing that an agent wrote keeps control characters or marks that reverse the reading order. */
final class Shown {

    /** Of a command in a list; its own page has all of it. */
    static final int COMMAND_IN_A_ROW = 240;

    private Shown() {
    }

    /** @return the same maps, lists and numbers, with every text made printable */
    static Object of(Object value) {
        if (value instanceof String text) {
            return PrintableText.escape(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> shown = new LinkedHashMap<>();
            map.forEach((key, inner) -> shown.put(PrintableText.escape(String.valueOf(key)), of(inner)));
            return shown;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Shown::of).toList();
        }
        return value;
    }

    /** @return a command for a row */
    static String command(Object text) {
        return PrintableText.escape(String.valueOf(text), COMMAND_IN_A_ROW);
    }
}
