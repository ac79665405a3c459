package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Short ids that never come twice on a host: the second in which the engine started, something random for two starts in one
 * second, and a counter.
 */
final class CallIds {

    private static final int BASE = Character.MAX_RADIX;
    private static final int RANDOM_BOUND = BASE * BASE;
    private static final long EPOCH_S = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();

    private final String start;
    private final AtomicLong next = new AtomicLong();

    CallIds(Instant started) {
        // A clock before 2026 is wrong, but a minus sign would make no id.
        start = Long.toString(Math.max(0, started.getEpochSecond() - EPOCH_S), BASE)
                + Integer.toString(RANDOM_BOUND + ThreadLocalRandom.current().nextInt(RANDOM_BOUND), BASE).substring(1);
    }

    CallId next() {
        return new CallId(start + "-" + Long.toString(next.incrementAndGet(), BASE));
    }
}
