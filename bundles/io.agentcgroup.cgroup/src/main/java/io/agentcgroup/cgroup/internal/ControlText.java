package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Reads and writes the forms of control files. What is not there, or not a number, is empty: kernels differ. */
final class ControlText {

    private static final String NO_LIMIT = "max";

    private ControlText() {
    }

    /** @return the number of a file of form {@code VALUE}; {@link Limits#UNLIMITED} for {@code max} */
    static OptionalLong value(String text) {
        String trimmed = text.strip();
        return trimmed.equals(NO_LIMIT) ? OptionalLong.of(Limits.UNLIMITED) : number(trimmed, 0);
    }

    /** @return the spelling of a limit */
    static String limit(long value) {
        return value == Limits.UNLIMITED ? NO_LIMIT : Long.toString(value);
    }

    /** @return the number behind {@code key} in a file of form {@code FLAT_KEYED} */
    static OptionalLong keyed(String text, String key) {
        int line = 0;
        while (line < text.length()) {
            int value = line + key.length() + 1;
            if (text.startsWith(key, line) && value < text.length() && text.charAt(value - 1) == ' ') {
                return number(text, value);
            }
            int end = text.indexOf('\n', line);
            line = end < 0 ? text.length() : end + 1;
        }
        return OptionalLong.empty();
    }

    /**
     * @param line {@code some} or {@code full}
     * @return the {@code total} of that line in a file of form {@code PRESSURE}, in microseconds
     */
    static OptionalLong stallUs(String text, String line) {
        int start = text.startsWith(line + " ") ? 0 : text.indexOf("\n" + line + " ");
        if (start < 0) {
            return OptionalLong.empty();
        }
        int end = text.indexOf('\n', start + 1);
        int total = text.indexOf(" total=", start);
        boolean sameLine = total >= 0 && (end < 0 || total < end);
        return sameLine ? number(text, total + " total=".length()) : OptionalLong.empty();
    }

    /** @return the numbers of a file of form {@code LINES}; zeros, which are processes of foreign pid namespaces, left out */
    static List<Integer> processes(String text) {
        List<Integer> pids = new ArrayList<>();
        for (String line : text.split("\n")) {
            OptionalLong pid = number(line.strip(), 0);
            if (pid.isPresent() && pid.getAsLong() > 0 && pid.getAsLong() <= Integer.MAX_VALUE) {
                pids.add((int) pid.getAsLong());
            }
        }
        return List.copyOf(pids);
    }

    /** @return the words of a file of form {@code WORDS} */
    static Set<String> words(String text) {
        String trimmed = text.strip();
        return trimmed.isEmpty() ? Set.of() : Set.copyOf(List.of(trimmed.split("\\s+")));
    }

    /** @return the decimal number that starts at {@code at}; empty if there is none or it is too large */
    private static OptionalLong number(String text, int at) {
        long value = 0;
        int i = at;
        for (; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            int digit = text.charAt(i) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 + digit;
        }
        return i == at ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
