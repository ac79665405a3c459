package io.agentcgroup.cli.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.Quantity;

/** Reads what the daemon answers. */
final class Replies {

    private Replies() {
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> reply, String name) {
        return (List<Map<String, Object>>) reply.getOrDefault(name, List.of());
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Map<String, Object> reply, String name) {
        Object value = reply.get(name);
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    /** @return such as {@code 12.3 MiB}, as the console shows it; {@code -} where the kernel does not say */
    static String bytes(Object bytes) {
        return bytes instanceof Number number ? Quantity.formatBytes(number.longValue()) : "-";
    }

    /** @return such as {@code 1.25 s}; {@code -} where there is none */
    static String seconds(Object value, double perSecond) {
        return value instanceof Number number ? String.format(Locale.ROOT, "%.2f s", number.doubleValue() / perSecond) : "-";
    }

    /** What fits beside the other columns on a wide terminal. */
    private static final int ONE_LINE = 60;

    /** @return an agent's text, harmless for a terminal, and cut */
    static String oneLine(Object text) {
        return oneLine(text, ONE_LINE);
    }

    /** @return an agent's text, harmless for a terminal, and cut to that many characters */
    static String oneLine(Object text, int longest) {
        return PrintableText.escape(String.valueOf(text), longest);
    }

    /** @return a text of many lines, harmless for a terminal; tabs stay, as columns are made of them */
    static String lines(Object text) {
        return text == null ? "" : text.toString().lines().map(line -> Stream.of(line.split("\t", -1)).map(PrintableText::escape)
                .collect(Collectors.joining("\t")) + "\n").collect(Collectors.joining());
    }
}
