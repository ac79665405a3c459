package io.agentcgroup.intent.learned.internal.model;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What an ended call has shown.
 *
 * @param peakBytes its largest memory; empty where nobody counted
 * @param censored whether it was stopped at that peak, so that it would have needed more
 * @param cores CPUs' worth of time; empty where nobody counted
 * @param seconds how long it ran
 */
public record Observation(OptionalLong peakBytes, boolean censored, OptionalDouble cores, double seconds) {

    /** @return a call that got all it asked for */
    public static Observation of(long peakBytes, double seconds) {
        return new Observation(OptionalLong.of(peakBytes), false, OptionalDouble.empty(), seconds);
    }

    /** @return a call that was stopped when it had {@code peakBytes} */
    public static Observation stopped(long peakBytes, double seconds) {
        return new Observation(OptionalLong.of(peakBytes), true, OptionalDouble.empty(), seconds);
    }
}
