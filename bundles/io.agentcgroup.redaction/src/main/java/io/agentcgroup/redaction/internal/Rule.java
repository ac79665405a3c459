package io.agentcgroup.redaction.internal;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;

/** One expression, and what of its matches is secret. */
final class Rule {

    /** What an expression becomes. */
    private record Compiled(Pattern pattern, boolean grouped) {

        Compiled(Pattern pattern) {
            this(pattern, pattern.namedGroups().containsKey(GROUP));
        }
    }

    static final String MARK = "[redacted]";
    static final int LONGEST = 1_000;
    private static final String GROUP = "secret";
    /** Steps for each character of a text, at worst; one with counted repeats of repeats has millions. */
    private static final int LARGEST_PROGRAM = 2_000;
    /** While it is compiled; some tens of bytes a step. */
    private static final double LARGEST_COMPILED = 1e6;

    /** Loads the compiler of expressions, which is felt at the start, only where there is one to check. */
    private static final class Counts {
        static final Pattern COUNT = Pattern.compile("\\{([0-9]+)(?:,([0-9]*))?\\}");
    }

    private final String expression;
    private final List<String> words;
    /** Null until it is needed. Two threads may make it at once: they make the same. */
    private volatile Compiled compiled;

    private Rule(String expression, List<String> words) {
        this.expression = expression;
        this.words = List.copyOf(words);
    }

    /**
     * One of ours, known to be good: it is compiled when a text has one of the words, for most of them never.
     *
     * @param words in small letters; where none of them is there can be no match. Empty: nothing is known about that
     */
    static Rule trusted(String expression, List<String> words) {
        return new Rule(expression, words);
    }

    /** @throws RuleException if it is none, or would be too slow */
    static Rule of(String expression) throws RuleException {
        Rule rule = new Rule(expression, List.of());
        rule.check();
        return rule;
    }

    /** Compiles it, too. */
    void check() throws RuleException {
        if (expression.length() > LONGEST) {
            throw new RuleException("it has " + expression.length() + " characters, at most " + LONGEST + " are taken");
        }
        if (!couldBeCompiled(expression)) {
            throw new RuleException("it is too large: use smaller counts in {}");
        }
        Pattern pattern;
        try {
            pattern = pattern();
        } catch (PatternSyntaxException e) {
            throw new RuleException("it is no RE2 expression: " + e.getDescription() + (e.getPattern() == null ? "" : " in " + e.getPattern()));
        }
        if (pattern.programSize() > LARGEST_PROGRAM) {
            throw new RuleException("it is too large, with " + pattern.programSize() + " steps a character of at most " + LARGEST_PROGRAM
                    + "; use smaller counts in {}");
        }
        if (pattern.matcher("").matches()) {
            throw new RuleException("it matches the empty text");
        }
    }

    private Pattern pattern() {
        return compiled().pattern();
    }

    private Compiled compiled() {
        Compiled now = compiled;
        if (now == null) {
            now = new Compiled(Pattern.compile(expression));
            compiled = now;
        }
        return now;
    }

    /** A repeat of a repeat of a repeat would fill the memory before its size is known. At worst all counts stand around all of the rest. */
    private static boolean couldBeCompiled(String expression) {
        double steps = expression.length();
        Matcher counts = Counts.COUNT.matcher(expression);
        while (counts.find()) {
            String most = counts.group(2) == null || counts.group(2).isEmpty() ? counts.group(1) : counts.group(2);
            steps *= Math.max(1, Double.parseDouble(most));
        }
        return steps <= LARGEST_COMPILED;
    }

    int programSize() {
        return pattern().programSize();
    }

    /** @return whether it is worth to look, by what the text is in small letters */
    boolean mayMatch(String small) {
        return words.isEmpty() || words.stream().anyMatch(small::contains);
    }

    /** @return the text without what is secret; the same object when nothing is */
    String apply(String text) {
        boolean grouped = compiled().grouped();
        Matcher matcher = pattern().matcher(text);
        StringBuilder out = null;
        int copied = 0;
        while (matcher.find()) {
            int start = grouped ? matcher.start(GROUP) : matcher.start();
            int end = grouped ? matcher.end(GROUP) : matcher.end();
            // The group may not take part in the match, or match nothing.
            if (start < copied || start == end) {
                continue;
            }
            out = out == null ? new StringBuilder(text.length()) : out;
            out.append(text, copied, start).append(MARK);
            copied = end;
        }
        return out == null ? text : out.append(text, copied, text.length()).toString();
    }
}
