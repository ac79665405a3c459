package io.agentcgroup.intent.rules.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a shell command line into simple commands and these into words, as far as rules need it: quotes, escapes, separators,
 * redirections, comments, here-documents, command substitution outside quotes. It never fails: what it does not understand it takes
 * as it stands. One pass, bounded results.
 */
final class ShellWords {

    /** A line with more parts is a script; what counts comes first. */
    static final int MOST_COMMANDS = 32;
    private static final int MOST_WORDS = 64;

    private final String text;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    /** Whether a word has begun, be it empty as in {@code ''}. */
    private boolean inWord;
    /** Whether the next word is the target of a redirection. */
    private boolean redirected;
    /** Whether the next word ends a here-document. */
    private boolean delimiterNext;
    private final List<String> hereDocuments = new ArrayList<>();
    private int at;

    private ShellWords(String text) {
        this.text = text;
    }

    static List<List<String>> split(String text) {
        return new ShellWords(text).read();
    }

    private List<List<String>> read() {
        while (at < text.length() && commands.size() < MOST_COMMANDS) {
            character(text.charAt(at++));
        }
        endCommand();
        return commands;
    }

    private void character(char c) {
        switch (c) {
            case ' ', '\t', '\r' -> endWord();
            case '\n' -> {
                endCommand();
                skipHereDocuments();
            }
            case ';', '&', '|', '(', ')', '`' -> endCommand();
            case '<', '>' -> redirection(c);
            case '\'' -> singleQuoted();
            case '"' -> doubleQuoted();
            case '\\' -> escaped();
            case '#' -> hash();
            case '$' -> dollar();
            default -> append(c);
        }
    }

    private void append(char c) {
        inWord = true;
        word.append(c);
    }

    private void singleQuoted() {
        int end = text.indexOf('\'', at);
        inWord = true;
        word.append(text, at, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end + 1;
    }

    private void doubleQuoted() {
        inWord = true;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length() && "\"\\$`\n".indexOf(text.charAt(at + 1)) >= 0) {
                at++;
            }
            word.append(text.charAt(at++));
        }
        at++;
    }

    private void escaped() {
        if (at < text.length()) {
            char next = text.charAt(at++);
            if (next != '\n') {
                append(next);
            }
        }
    }

    private void hash() {
        if (inWord) {
            append('#');
            return;
        }
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /** A command substitution is a command of its own; {@code $'...'} and {@code $"..."} are quotes. */
    private void dollar() {
        if (at < text.length() && text.charAt(at) == '(') {
            at++;
            endCommand();
        } else if (at >= text.length() || text.charAt(at) != '\'' && text.charAt(at) != '"') {
            append('$');
        }
    }

    private void redirection(char c) {
        boolean descriptor = inWord && word.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        if (descriptor) {
            word.setLength(0);
            inWord = false;
        }
        endWord();
        int from = at;
        while (at < text.length() && at - from < 2 && "<>&|-".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String operator = c + text.substring(from, at);
        delimiterNext = operator.equals("<<") || operator.equals("<<-");
        redirected = true;
    }

    private void endWord() {
        if (!inWord) {
            return;
        }
        if (delimiterNext) {
            hereDocuments.add(word.toString());
        } else if (!redirected && words.size() < MOST_WORDS) {
            words.add(word.toString());
        }
        delimiterNext = false;
        redirected = false;
        word.setLength(0);
        inWord = false;
    }

    private void endCommand() {
        endWord();
        redirected = false;
        delimiterNext = false;
        if (!words.isEmpty()) {
            commands.add(words);
            words = new ArrayList<>();
        }
    }

    private void skipHereDocuments() {
        for (String delimiter : hereDocuments) {
            boolean found = false;
            while (!found && at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                found = line.strip().equals(delimiter);
                at = end < 0 ? text.length() : end + 1;
            }
        }
        hereDocuments.clear();
    }
}
