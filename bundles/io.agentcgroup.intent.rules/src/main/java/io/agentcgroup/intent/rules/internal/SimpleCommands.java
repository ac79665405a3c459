package io.agentcgroup.intent.rules.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a command line really runs: its simple commands as texts that begin with the program's name, without assignments, folders and
 * wrappers, and with {@code eval} and {@code sh -c} opened.
 */
final class SimpleCommands {

    /** Enough for every pattern; bounds the matching. */
    static final int LONGEST = 256;
    private static final int DEEPEST = 3;

    private static final Set<String> SHELLS = Set.of("sh", "bash", "zsh", "dash", "ksh");
    private static final Set<String> KEYWORDS = Set.of("if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done");
    private static final Set<String> WRAPPERS = Set.of("sudo", "env", "nice", "ionice", "timeout", "stdbuf", "chrt", "taskset", "xargs",
            "setsid", "doas", "time", "exec", "command", "builtin", "nohup");
    /** Both have one character class behind the other and no nesting: linear. */
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\+?=.*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9.,]*[smhd]?");

    private final List<String> found = new ArrayList<>();

    private SimpleCommands() {
    }

    static List<String> of(String commandLine) {
        SimpleCommands commands = new SimpleCommands();
        commands.add(commandLine, 0);
        return commands.found;
    }

    private void add(String commandLine, int depth) {
        for (List<String> words : ShellWords.split(commandLine)) {
            if (found.size() < ShellWords.MOST_COMMANDS) {
                addOne(unwrapped(words), depth);
            }
        }
    }

    private void addOne(List<String> words, int depth) {
        if (words.isEmpty()) {
            return;
        }
        String program = baseName(words.get(0));
        int script = scriptOf(program, words);
        if (script > 0 && depth < DEEPEST) {
            add(program.equals("eval") ? String.join(" ", words.subList(script, words.size())) : words.get(script), depth + 1);
            return;
        }
        StringBuilder text = new StringBuilder(program);
        for (int i = 1; i < words.size() && text.length() < LONGEST; i++) {
            text.append(' ').append(words.get(i));
        }
        found.add(text.length() > LONGEST ? text.substring(0, LONGEST) : text.toString());
    }

    /** @return where in the words the script stands that the command runs; 0 when it runs none */
    private static int scriptOf(String program, List<String> words) {
        if (program.equals("eval")) {
            return words.size() > 1 ? 1 : 0;
        }
        if (!SHELLS.contains(program)) {
            return 0;
        }
        for (int i = 1; i + 1 < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("-") && !word.startsWith("--") && word.indexOf('c') > 0) {
                return i + 1;
            }
        }
        return 0;
    }

    private static List<String> unwrapped(List<String> words) {
        int from = 0;
        boolean wrapped = false;
        while (from < words.size()) {
            String word = words.get(from);
            boolean wrapper = WRAPPERS.contains(baseName(word));
            boolean skipped = wrapper || KEYWORDS.contains(word) || word.indexOf('=') > 0 && ASSIGNMENT.matcher(word).matches()
                    || wrapped && (word.startsWith("-") || NUMBER.matcher(word).matches());
            if (!skipped) {
                return words.subList(from, words.size());
            }
            wrapped = wrapped || wrapper;
            from++;
        }
        // Nothing behind the wrapper: env alone prints the environment.
        return wrapped ? words : List.of();
    }

    private static String baseName(String program) {
        return program.substring(program.lastIndexOf('/') + 1);
    }
}
