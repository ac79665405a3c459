package io.agentcgroup.intent.declared.internal;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Reads {@code memory:low|medium|high|<n>m|<n>g}, {@code cpu:low|medium|high|<n.n>} and
 * {@code duration:short|medium|long|<n>s|<n>m|<n>h}, separated by commas. A part that cannot be used is left out and named;
 * the others count. Never throws, whatever the text.
 */
final class HintParser {

    /** No machine has more; what is larger is a slip. */
    static final int MOST_CORES = 4_096;

    /** Digits, a point and more digits: longer is no number of CPUs. */
    private static final int LONGEST_CORES_TEXT = 8;
    /** What is shown of a bad part: enough to find it again. */
    private static final int SHOWN_CHARS = 40;
    /** After that many the agent has understood. */
    private static final int MOST_PROBLEMS = 3;

    private static final String MEMORY_IS = "memory is low, medium, high or a size such as memory:512m or memory:2g";
    private static final String CPU_IS = "cpu is low, medium, high or a number of CPUs such as cpu:1.5";
    private static final String DURATION_IS = "duration is short, medium, long or a time such as duration:90s, duration:5m or duration:2h";

    private final Levels levels;

    HintParser(Levels levels) {
        this.levels = levels;
    }

    ParsedHint parse(String text) {
        if (text.length() > Hint.LONGEST) {
            return new ParsedHint(OptionalLong.empty(), OptionalDouble.empty(), Optional.empty(), false,
                    List.of("your resource hint is longer than " + Hint.LONGEST + " characters and was ignored"));
        }
        Reading reading = new Reading();
        for (String part : text.split(",", -1)) {
            reading.part(part.strip());
        }
        return reading.result();
    }

    /** One hint being read. */
    private final class Reading {

        private OptionalLong memoryBytes = OptionalLong.empty();
        private OptionalDouble cpuCores = OptionalDouble.empty();
        private Optional<Duration> duration = Optional.empty();
        private boolean exact = true;
        private final List<String> problems = new ArrayList<>();

        void part(String part) {
            int colon = part.indexOf(':');
            String key = (colon < 0 ? part : part.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
            String value = colon < 0 ? "" : part.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (key) {
                case "memory" -> memory(part, value);
                case "cpu" -> cpu(part, value);
                case "duration" -> duration(part, value);
                default -> problem(part, "a hint has the parts memory:, cpu: and duration:, separated by commas, such as memory:2g,cpu:2");
            }
        }

        private void memory(String part, String value) {
            Optional<Long> bytes = level(levels.memoryBytes().get(value)).or(() -> size(value));
            if (bytes.isEmpty()) {
                problem(part, MEMORY_IS);
            } else if (memoryBytes.isPresent()) {
                problem(part, "memory was said before, and the first counts");
            } else {
                memoryBytes = OptionalLong.of(bytes.get());
            }
        }

        private void cpu(String part, String value) {
            Optional<Double> cores = level(levels.cpuCores().get(value)).or(() -> cores(value));
            if (cores.isEmpty()) {
                problem(part, CPU_IS);
            } else if (cpuCores.isPresent()) {
                problem(part, "cpu was said before, and the first counts");
            } else {
                cpuCores = OptionalDouble.of(cores.get());
            }
        }

        private void duration(String part, String value) {
            Optional<Duration> time = level(levels.duration().get(value))
                    .or(() -> Quantity.parseDuration(value).filter(d -> !d.isZero()));
            if (time.isEmpty()) {
                problem(part, DURATION_IS);
            } else if (duration.isPresent()) {
                problem(part, "duration was said before, and the first counts");
            } else {
                duration = time;
            }
        }

        private <T> Optional<T> level(T value) {
            if (value != null) {
                exact = false;
            }
            return Optional.ofNullable(value);
        }

        private void problem(String part, String right) {
            if (problems.size() < MOST_PROBLEMS) {
                problems.add("\"" + PrintableText.escape(part, SHOWN_CHARS) + "\" in your resource hint was ignored: " + right);
            }
        }

        ParsedHint result() {
            return new ParsedHint(memoryBytes, cpuCores, duration, exact, List.copyOf(problems));
        }
    }

    private static Optional<Long> size(String value) {
        if (!value.endsWith("m") && !value.endsWith("g")) {
            return Optional.empty();
        }
        OptionalLong bytes = Quantity.parseBytes(value);
        return bytes.isPresent() && bytes.getAsLong() > 0 ? Optional.of(bytes.getAsLong()) : Optional.empty();
    }

    private static Optional<Double> cores(String value) {
        if (value.isEmpty() || value.length() > LONGEST_CORES_TEXT
                || !value.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.')
                || value.indexOf('.') != value.lastIndexOf('.') || value.startsWith(".") || value.endsWith(".")) {
            return Optional.empty();
        }
        double cores = Double.parseDouble(value);
        return cores > 0 && cores <= MOST_CORES ? Optional.of(cores) : Optional.empty();
    }
}
