package io.agentcgroup.redaction.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rules in force.
 *
 * @param builtIn how many of them are built in: the first
 */
record RuleSet(List<Rule> rules, int builtIn) {

    private static final String BUILT_IN = "/redaction-rules.txt";
    private static final String WORDS = "? ";
    private static final int MOST = 100;
    /** All of them together: a command of 8192 characters then takes some tenths of a second at the very worst, a usual one some microseconds. */
    private static final int LARGEST_PROGRAMS = 6_000;

    RuleSet {
        rules = List.copyOf(rules);
    }

    /** Ours. They are compiled when they are needed. */
    static RuleSet builtInOnly() {
        try (InputStream in = RuleSet.class.getResourceAsStream(BUILT_IN)) {
            List<Rule> rules = new ArrayList<>();
            List<String> words = List.of();
            for (String line : lines(new String(in.readAllBytes(), StandardCharsets.UTF_8))) {
                if (line.startsWith(WORDS)) {
                    words = List.of(line.substring(WORDS.length()).split(" "));
                } else {
                    rules.add(Rule.trusted(line, words));
                    words = List.of();
                }
            }
            return new RuleSet(rules, rules.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param all the built-in ones, used if the configuration wants them
     * @throws RuleException naming the first rule that cannot be used
     */
    static RuleSet of(RedactionConfig config, RuleSet all) throws RuleException {
        RuleSet builtIn = config.built_in() ? all : new RuleSet(List.of(), 0);
        List<Rule> rules = new ArrayList<>(builtIn.rules);
        int number = 0;
        for (String value : config.rules()) {
            for (String expression : lines(value)) {
                number++;
                rules.add(parse(number, expression));
            }
        }
        if (number > MOST) {
            throw new RuleException("there are " + number + " rules, at most " + MOST + " are taken");
        }
        // Ours alone are known to be small enough, and need not be compiled for that.
        int size = number == 0 ? 0 : rules.stream().mapToInt(Rule::programSize).sum();
        if (size > LARGEST_PROGRAMS) {
            throw new RuleException("the rules together are too large, with " + size + " steps a character of at most " + LARGEST_PROGRAMS);
        }
        return new RuleSet(rules, builtIn.builtIn);
    }

    private static Rule parse(int number, String expression) throws RuleException {
        try {
            return Rule.of(expression);
        } catch (RuleException e) {
            throw new RuleException("rule " + number + ", " + (expression.length() > 80 ? expression.substring(0, 80) + "..." : expression) + ": "
                    + e.getMessage());
        }
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    }

    /** @return the text without secrets; the same object when there is none */
    String apply(String text) {
        String result = text;
        String small = text.toLowerCase(Locale.ROOT);
        for (Rule rule : rules) {
            if (rule.mayMatch(small)) {
                result = rule.apply(result);
            }
        }
        return result;
    }

    String describe() {
        return builtIn + " built-in rules, " + (rules.size() - builtIn) + " of the operator";
    }
}
