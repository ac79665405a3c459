package io.agentcgroup.intent.learned.internal.shell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a command line into words and operators, by the rules of POSIX (Shell Command Language, 2.2 Quoting and 2.3 Token
 * Recognition) with bash's {@code $'...'}, {@code <<<}, {@code &>} and {@code |&}. Nothing is expanded: the texts come from an
 * agent, and only their shape matters.
 *
 * <p>Text that no shell would accept, such as an open quote (commands reach us truncated), is read as if it were closed at
 * the end. Every character is looked at a bounded number of times, whatever the text: see {@link #LONGEST}.
 */
public final class ShellLexer {

    /**
     * No more of a command is read. Ten times what a person or an agent types; beyond that it is a script, of which the
     * beginning says what it does.
     */
    public static final int LONGEST = 8192;

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<HereDocument> pendingDocuments = new ArrayDeque<>();
    private int at;

    private record HereDocument(String delimiter, boolean tabsStripped) {
    }

    private ShellLexer(String text) {
        this.text = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }

    /** @return the tokens of a command line, never an error */
    public static List<Token> tokens(String commandLine) {
        ShellLexer lexer = new ShellLexer(commandLine);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n') {
                at++;
                tokens.add(Token.separator("\n"));
                skipHereDocuments();
            } else if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                at += 2;
            } else if (c == '#') {
                skipComment();
            } else if (!operator()) {
                word();
            }
        }
    }

    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    /** Longest first, as the grammar demands. */
    private static final List<String> SEPARATORS = List.of("&&", "||", ";;", "|&", ";", "|", "&", "(", ")");
    private static final List<String> REDIRECTIONS = List.of("<<<", "<<-", "<<", "&>>", "&>", ">>", ">|", ">&", "<&", "<>",
            ">", "<");

    private boolean operator() {
        for (String redirection : REDIRECTIONS) {
            if (text.startsWith(redirection, at)) {
                at += redirection.length();
                if (redirection.equals("<<") || redirection.equals("<<-")) {
                    hereDocument(redirection.equals("<<-"));
                } else if (text.startsWith("(", at) && redirection.length() == 1) {
                    processSubstitution();
                } else {
                    tokens.add(Token.redirection(redirection));
                }
                return true;
            }
        }
        for (String separator : SEPARATORS) {
            if (text.startsWith(separator, at)) {
                at += separator.length();
                tokens.add(Token.separator(separator));
                return true;
            }
        }
        return false;
    }

    private void hereDocument(boolean tabsStripped) {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        if (at < text.length() && text.charAt(at) != '\n') {
            int before = tokens.size();
            word();
            if (tokens.size() > before) {
                pendingDocuments.add(new HereDocument(tokens.remove(tokens.size() - 1).text(), tabsStripped));
            }
        }
    }

    /** The bodies are data for the command, not commands. */
    private void skipHereDocuments() {
        while (!pendingDocuments.isEmpty()) {
            HereDocument document = pendingDocuments.poll();
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                String line = text.substring(at, end < 0 ? text.length() : end);
                at = end < 0 ? text.length() : end + 1;
                if ((document.tabsStripped ? line.replaceFirst("^\t+", "") : line).equals(document.delimiter)) {
                    break;
                }
            }
        }
    }

    private void processSubstitution() {
        String inner = balanced();
        tokens.add(new Token(Token.Kind.WORD, "/dev/fd/63", false, List.of(inner)));
    }

    /** A word up to the next blank or operator outside quotes. */
    private void word() {
        StringBuilder word = new StringBuilder();
        List<String> nested = new ArrayList<>();
        boolean bare = true;
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (" \t\r\n;|&()<>".indexOf(c) >= 0) {
                break;
            }
            switch (c) {
                case '\'' -> {
                    bare = false;
                    singleQuoted(word);
                }
                case '"' -> {
                    bare = false;
                    doubleQuoted(word, nested);
                }
                case '\\' -> {
                    bare = false;
                    escaped(word);
                }
                case '$' -> dollar(word, nested);
                case '`' -> backquoted(word, nested);
                default -> {
                    word.append(c);
                    at++;
                }
            }
        }
        if (isDescriptor(word, start)) {
            return;
        }
        tokens.add(new Token(Token.Kind.WORD, word.toString(), bare, List.copyOf(nested)));
    }

    /** The 2 of {@code 2>&1} belongs to the operator behind it. */
    private boolean isDescriptor(StringBuilder word, int start) {
        return at < text.length() && (text.charAt(at) == '>' || text.charAt(at) == '<') && word.length() > 0
                && at - start == word.length() && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void singleQuoted(StringBuilder word) {
        int end = text.indexOf('\'', at + 1);
        end = end < 0 ? text.length() : end;
        word.append(text, Math.min(at + 1, text.length()), end);
        at = Math.min(end + 1, text.length());
    }

    private void doubleQuoted(StringBuilder word, List<String> nested) {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                char next = text.charAt(at + 1);
                if ("$`\"\\".indexOf(next) >= 0) {
                    word.append(next);
                } else if (next != '\n') {
                    word.append(c).append(next);
                }
                at += 2;
            } else if (c == '$') {
                dollar(word, nested);
            } else if (c == '`') {
                backquoted(word, nested);
            } else {
                word.append(c);
                at++;
            }
        }
        at = Math.min(at + 1, text.length());
    }

    private void escaped(StringBuilder word) {
        if (at + 1 < text.length()) {
            if (text.charAt(at + 1) != '\n') {
                word.append(text.charAt(at + 1));
            }
            at += 2;
        } else {
            at++;
        }
    }

    private void dollar(StringBuilder word, List<String> nested) {
        if (text.startsWith("$((", at)) {
            at++;
            word.append('$').append(balanced());
        } else if (text.startsWith("$(", at)) {
            at++;
            nested.add(balanced());
            word.append("$()");
        } else if (text.startsWith("${", at)) {
            int end = text.indexOf('}', at);
            end = end < 0 ? text.length() : end + 1;
            word.append(text, at, end);
            at = end;
        } else if (text.startsWith("$'", at)) {
            at++;
            ansiQuoted(word);
        } else {
            word.append('$');
            at++;
        }
    }

    private void ansiQuoted(StringBuilder word) {
        at++;
        while (at < text.length() && text.charAt(at) != '\'') {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                char next = text.charAt(at + 1);
                word.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
                at += 2;
            } else {
                word.append(c);
                at++;
            }
        }
        at = Math.min(at + 1, text.length());
    }

    private void backquoted(StringBuilder word, List<String> nested) {
        StringBuilder inner = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '`') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            inner.append(text.charAt(at));
            at++;
        }
        at = Math.min(at + 1, text.length());
        nested.add(inner.toString());
        word.append("$()");
    }

    /**
     * From an opening parenthesis to the one that closes it, quotes respected. A single pass that never goes back, so that
     * ten thousand opening parentheses cost ten thousand steps.
     *
     * @return what is between them
     */
    private String balanced() {
        int start = at + 1;
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '\'') {
                int end = text.indexOf('\'', at + 1);
                at = end < 0 ? text.length() : end;
            } else if (c == '"') {
                skipDoubleQuoted();
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                String inner = text.substring(start, at);
                at++;
                return inner;
            }
            at++;
        }
        at = text.length();
        return text.substring(Math.min(start, text.length()));
    }

    private void skipDoubleQuoted() {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
    }
}
