package io.agentcgroup.intent.learned.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.intent.learned.internal.model.Observation;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What an outcome teaches. */
final class Observations {

    /** At that part of memory.high the kernel was already holding the call down. */
    private static final double HELD_DOWN = 0.95;

    /** Shorter, the CPU time of a call is that of starting its shell. */
    private static final double SHORTEST_FOR_CPU_S = 0.1;

    private Observations() {
    }

    /** @return empty where nothing ran, or nobody saw how it went */
    static Optional<Observation> of(Outcome outcome) {
        if (outcome.end() == Outcome.End.NOT_STARTED) {
            return Optional.empty();
        }
        double seconds = outcome.duration().toNanos() / 1e9;
        return Optional.of(new Observation(peak(outcome), wanted(outcome), cores(outcome, seconds), seconds));
    }

    /** A kernel without memory.peak still says how far an OOM-killed call got: to its limit. */
    private static OptionalLong peak(Outcome outcome) {
        OptionalLong peak = outcome.usage().memoryPeakBytes();
        OptionalLong limit = outcome.grant().limits().memoryMaxBytes();
        boolean bounded = limit.isPresent() && limit.getAsLong() != Limits.UNLIMITED && limit.getAsLong() > 0;
        return peak.isEmpty() && outcome.end() == Outcome.End.OOM_KILLED && bounded ? limit : peak;
    }

    /**
     * Whether it would have needed more than it had: it was killed for memory, ended by the ladder, or held down at its
     * soft limit. Then its peak is a lower bound of its demand, not the demand.
     */
    private static boolean wanted(Outcome outcome) {
        boolean stopped = outcome.end() == Outcome.End.OOM_KILLED
                || outcome.end() == Outcome.End.ENDED && outcome.events().high() > 0;
        OptionalLong high = outcome.grant().limits().memoryHighBytes();
        OptionalLong peak = outcome.usage().memoryPeakBytes();
        boolean heldDown = outcome.events().high() > 0 && high.isPresent() && peak.isPresent()
                && peak.getAsLong() >= HELD_DOWN * high.getAsLong();
        return stopped || heldDown;
    }

    private static OptionalDouble cores(Outcome outcome, double seconds) {
        OptionalLong used = outcome.usage().cpuUsageUs();
        return used.isEmpty() || seconds < SHORTEST_FOR_CPU_S ? OptionalDouble.empty()
                : OptionalDouble.of(used.getAsLong() / 1e6 / seconds);
    }
}
