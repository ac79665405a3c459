package io.agentcgroup.vm;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes text that a POSIX shell reads back as it was. */
final class Shell {

    private Shell() {
    }

    /** One word, whatever is in it. */
    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    static String words(List<String> words) {
        return words.stream().map(Shell::quote).collect(Collectors.joining(" "));
    }

    /** One assignment a line. */
    static String assignments(Map<String, String> values) {
        return values.entrySet().stream().map(value -> value.getKey() + "=" + quote(value.getValue()) + "\n")
                .collect(Collectors.joining());
    }
}
