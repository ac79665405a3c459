package io.agentcgroup.intent.learned.internal.shell;

import java.util.List;

/**
 * One piece of a command line.
 *
 * @param kind what it is
 * @param text a word with its quotes and escapes resolved, or the operator as written
 * @param bare whether a word was written without quotes and escapes, so that it may be a reserved word or an assignment
 * @param nested the texts of the command substitutions inside a word, outermost only
 */
public record Token(Kind kind, String text, boolean bare, List<String> nested) {

    /** What a token is. */
    public enum Kind {
        /** Part of a command. */
        WORD,
        /** Ends a command: {@code && || ; | & ( ) ;;} and the end of a line. */
        SEPARATOR,
        /** Sends a stream somewhere: {@code > >> < <> >| >& <& <<<}; the next word is its target. */
        REDIRECTION
    }

    static Token separator(String text) {
        return new Token(Kind.SEPARATOR, text, true, List.of());
    }

    static Token redirection(String text) {
        return new Token(Kind.REDIRECTION, text, true, List.of());
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }
}
