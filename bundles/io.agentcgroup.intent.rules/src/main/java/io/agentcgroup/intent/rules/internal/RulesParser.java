package io.agentcgroup.intent.rules.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads rules, one a line: {@code pattern -> key=value key=value}. A file with one bad line is bad: half a set of rules surprises. */
final class RulesParser {

    /** Each call looks at each rule: more is a program, not a rules file. */
    static final int MOST_RULES = 500;

    private static final String ARROW = " -> ";
    /** The pattern alone could end in the middle of a word: {@code git} is not {@code gitk}. */
    private static final String WORD_END = "(?:\\s|$)";
    private static final double MOST_CORES = 4_096;

    private RulesParser() {
    }

    static List<Rule> parse(String text) throws RulesException {
        List<Rule> rules = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("#")) {
                rules.add(rule(number, content));
            }
            if (rules.size() > MOST_RULES) {
                throw new RulesException(number, "more than " + MOST_RULES + " rules");
            }
        }
        return List.copyOf(rules);
    }

    private static Rule rule(int number, String line) throws RulesException {
        int arrow = line.lastIndexOf(ARROW);
        if (arrow < 0) {
            throw new RulesException(number, "a rule is: pattern -> key=value ...");
        }
        Values values = new Values(number);
        for (String part : line.substring(arrow + ARROW.length()).strip().split("\\s+")) {
            values.add(part);
        }
        return values.rule(pattern(number, line.substring(0, arrow).strip()));
    }

    private static Pattern pattern(int number, String text) throws RulesException {
        if (text.isEmpty()) {
            throw new RulesException(number, "there is no pattern before ->");
        }
        try {
            // Alone first: unbalanced parentheses must not find their partners in what is put around.
            Pattern.compile(text);
            return Pattern.compile("(?:" + text + ")" + WORD_END);
        } catch (PatternSyntaxException e) {
            throw new RulesException(number, "not a regular expression: " + e.getMessage());
        }
    }

    /** The right side of a rule. */
    private static final class Values {

        private final int number;
        private OptionalLong memory = OptionalLong.empty();
        private OptionalDouble cpu = OptionalDouble.empty();
        private Optional<Duration> duration = Optional.empty();
        private OptionalLong pids = OptionalLong.empty();
        private Optional<Placement> placement = Optional.empty();

        Values(int number) {
            this.number = number;
        }

        void add(String part) throws RulesException {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            switch (key) {
                case "memory" -> memory = OptionalLong.of(positive(Quantity.parseBytes(value), "memory is a size such as 512m or 2g", value));
                case "cpu" -> cpu = OptionalDouble.of(cores(value));
                case "duration" -> duration = Optional.of(Quantity.parseDuration(value).filter(d -> !d.isZero())
                        .orElseThrow(() -> wrong("duration is a time such as 30s, 5m or 2h", value)));
                case "pids" -> pids = OptionalLong.of(positive(count(value), "pids is a number", value));
                case "placement" -> placement = Optional.of(place(value));
                default -> throw new RulesException(number, "\"" + part + "\" is none of memory=, cpu=, duration=, pids=, placement=");
            }
        }

        Rule rule(Pattern pattern) {
            return new Rule(number, pattern, memory, cpu, duration, pids, placement);
        }

        private long positive(OptionalLong value, String what, String text) throws RulesException {
            if (value.isEmpty() || value.getAsLong() == 0) {
                throw wrong(what, text);
            }
            return value.getAsLong();
        }

        private static OptionalLong count(String text) {
            return text.matches("[0-9]{1,7}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
        }

        private double cores(String text) throws RulesException {
            double cores = text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?") ? Double.parseDouble(text) : 0;
            if (cores <= 0 || cores > MOST_CORES) {
                throw wrong("cpu is a number of CPUs such as 1.5", text);
            }
            return cores;
        }

        private Placement place(String text) throws RulesException {
            return switch (text) {
                case "call" -> Placement.CALL;
                case "service" -> Placement.SERVICE;
                default -> throw wrong("placement is call or service", text);
            };
        }

        private RulesException wrong(String what, String text) {
            return new RulesException(number, what + ", not \"" + text + "\"");
        }
    }
}
