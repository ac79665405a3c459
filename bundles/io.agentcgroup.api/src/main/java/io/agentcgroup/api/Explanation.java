package io.agentcgroup.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Why a call got what it got, and what was done to it: what {@code agentcgroup explain} shows beside grant and intents.
 *
 * @param merged what the intents amount to together
 * @param trust how far what the session declares was believed, 0 (not at all) to 1; empty when nothing was declared
 * @param weighed how the intents were weighed, a sentence a step
 * @param waited how long the call waited at the gate
 * @param steps what was done to it while it ran, the oldest first; of many, the first and the last are kept
 */
public record Explanation(Intent merged, OptionalDouble trust, List<String> weighed, Duration waited, List<Step> steps) {

    /** Of a call of which nothing is known. */
    public static final Explanation NONE = new Explanation(Intent.from("merged").confidence(0).build(), OptionalDouble.empty(),
            List.of(), Duration.ZERO, List.of());

    public Explanation {
        weighed = List.copyOf(weighed);
        steps = List.copyOf(steps);
    }

    /**
     * Something that was done to a running call.
     *
     * @param at when
     * @param action which, such as {@code freeze} or {@code release}
     * @param policy who wanted it; {@code engine} when a bound was reached
     * @param reason one sentence
     */
    public record Step(Instant at, String action, String policy, String reason) {
    }

    /** @return the same with other steps */
    public Explanation withSteps(List<Step> done) {
        return new Explanation(merged, trust, weighed, waited, done);
    }
}
