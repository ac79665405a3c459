package io.agentcgroup.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one provider believes a call will need. Each part may be missing.
 *
 * @param provider who says so, such as {@code declared}
 * @param memoryBytes the largest memory the call will have at once
 * @param cpuCores how many CPUs' worth of time it can use
 * @param duration how long it will run
 * @param placement where it belongs
 * @param pidsMax how many processes it needs at once
 * @param confidence 0 (a guess) to 1 (certain)
 * @param reason one sentence for people: which rule, which hint, how many earlier calls
 * @param notices what the agent should be told about its declaration, once; usually empty
 */
public record Intent(String provider, OptionalLong memoryBytes, OptionalDouble cpuCores, Optional<Duration> duration,
        Optional<Placement> placement, OptionalLong pidsMax, double confidence, String reason, List<String> notices) {

    /** @throws IllegalArgumentException if a value is out of range */
    public Intent {
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("an intent's memory is positive, not " + memoryBytes.getAsLong());
        }
        if (cpuCores.isPresent() && !(cpuCores.getAsDouble() > 0)) {
            throw new IllegalArgumentException("an intent's cpu is positive, not " + cpuCores.getAsDouble());
        }
        if (pidsMax.isPresent() && pidsMax.getAsLong() <= 0) {
            throw new IllegalArgumentException("an intent's pids are positive, not " + pidsMax.getAsLong());
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence is 0 to 1, not " + confidence);
        }
        notices = List.copyOf(notices);
    }

    /** @return a builder in which nothing is said but who speaks */
    public static Builder from(String provider) {
        return new Builder(provider);
    }

    /** Collects the parts; not thread-safe. */
    public static final class Builder {

        private final String provider;
        private OptionalLong memoryBytes = OptionalLong.empty();
        private OptionalDouble cpuCores = OptionalDouble.empty();
        private Optional<Duration> duration = Optional.empty();
        private Optional<Placement> placement = Optional.empty();
        private OptionalLong pidsMax = OptionalLong.empty();
        private double confidence = 0.5;
        private String reason = "";
        private List<String> notices = List.of();

        private Builder(String provider) {
            this.provider = provider;
        }

        public Builder memoryBytes(long bytes) {
            memoryBytes = OptionalLong.of(bytes);
            return this;
        }

        public Builder cpuCores(double cores) {
            cpuCores = OptionalDouble.of(cores);
            return this;
        }

        public Builder duration(Duration expected) {
            duration = Optional.of(expected);
            return this;
        }

        public Builder placement(Placement where) {
            placement = Optional.of(where);
            return this;
        }

        public Builder pidsMax(long processes) {
            pidsMax = OptionalLong.of(processes);
            return this;
        }

        public Builder confidence(double zeroToOne) {
            confidence = zeroToOne;
            return this;
        }

        public Builder reason(String sentence) {
            reason = sentence;
            return this;
        }

        public Builder notices(List<String> lines) {
            notices = lines;
            return this;
        }

        /** @throws IllegalArgumentException as {@link Intent} */
        public Intent build() {
            return new Intent(provider, memoryBytes, cpuCores, duration, placement, pidsMax, confidence, reason, notices);
        }
    }
}
