package io.agentcgroup.intent.learned.internal.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The simple commands in a command line, in the order in which they are written, those in subshells, groups, loops,
 * conditions and command substitutions included. Which of them would really run is not asked: any of them might.
 */
public final class ShellCommands {

    /** More commands than that in one line are a generated script; its first ones say enough. */
    private static final int MOST_COMMANDS = 64;

    /** {@code $(a $(b $(c)))}: deeper is obfuscation, and every level reads its text once more. */
    private static final int DEEPEST = 4;

    /** Words that structure commands and start none (POSIX 2.4, and bash's {@code time}, {@code coproc}). */
    private static final Set<String> RESERVED = Set.of("if", "then", "else", "elif", "fi", "do", "done", "while", "until",
            "{", "}", "!", "esac", "time", "coproc");

    /** After these come names and patterns up to the end of the command, not a command. */
    private static final Set<String> HEADERS = Set.of("for", "case", "select", "function");

    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\+?=.*", Pattern.DOTALL);

    private final List<SimpleCommand> commands = new ArrayList<>();

    private ShellCommands() {
    }

    /** @return the commands, at most {@value #MOST_COMMANDS} */
    public static List<SimpleCommand> of(String commandLine) {
        ShellCommands result = new ShellCommands();
        result.read(commandLine, DEEPEST);
        return result.commands;
    }

    private void read(String commandLine, int levelsLeft) {
        List<String> words = new ArrayList<>();
        boolean piped = false;
        boolean header = false;
        boolean target = false;
        for (Token token : ShellLexer.tokens(commandLine)) {
            if (commands.size() >= MOST_COMMANDS) {
                return;
            }
            switch (token.kind()) {
                case REDIRECTION -> target = true;
                case SEPARATOR -> {
                    add(words, piped);
                    piped = token.text().startsWith("|") && !token.text().equals("||");
                    header = false;
                    target = false;
                }
                case WORD -> {
                    readNested(token, levelsLeft);
                    if (target || header) {
                        target = false;
                    } else if (words.isEmpty() && token.bare() && HEADERS.contains(token.text())) {
                        header = true;
                    } else if (!words.isEmpty() || !startsNothing(token)) {
                        words.add(token.text());
                    }
                }
            }
        }
        add(words, piped);
    }

    private static boolean startsNothing(Token token) {
        return token.bare() && RESERVED.contains(token.text()) || ASSIGNMENT.matcher(token.text()).matches();
    }

    private void readNested(Token token, int levelsLeft) {
        if (levelsLeft > 0) {
            for (String inner : token.nested()) {
                read(inner, levelsLeft - 1);
            }
        }
    }

    private void add(List<String> words, boolean piped) {
        if (!words.isEmpty() && commands.size() < MOST_COMMANDS) {
            commands.add(new SimpleCommand(words, piped));
        }
        words.clear();
    }
}
