package io.agentcgroup.policy.fixed.internal;

import static io.agentcgroup.api.Quantity.LARGEST_BYTES;
import static io.agentcgroup.api.Quantity.formatBytes;

import io.agentcgroup.api.Intent;
import java.util.OptionalLong;

/**
 * The memory limit of one call, with the way it was found in words.
 *
 * @param bytes for {@code memory.max}
 * @param reason such as {@code 1 GiB wanted (declared: memory:1g) + 25 % headroom}
 */
record MemoryShare(long bytes, String reason) {

    static MemoryShare of(Intent intent, OptionalLong ceiling, Settings settings) {
        return wanted(intent, settings).atLeast(settings.floorBytes()).atMost(ceiling);
    }

    private static MemoryShare wanted(Intent intent, Settings settings) {
        if (intent.memoryBytes().isEmpty()) {
            return new MemoryShare(settings.defaultBytes(),
                    formatBytes(settings.defaultBytes()) + " because nothing is known of this command");
        }
        long wanted = Math.min(intent.memoryBytes().getAsLong(), LARGEST_BYTES);
        long withHeadroom = wanted + wanted / 100 * settings.headroomPercent();
        String why = formatBytes(wanted) + " wanted (" + intent.reason() + ")";
        return new MemoryShare(withHeadroom,
                settings.headroomPercent() == 0 ? why : why + " + " + settings.headroomPercent() + " % headroom");
    }

    private MemoryShare atLeast(long floor) {
        return bytes >= floor ? this
                : new MemoryShare(floor, reason + ", raised to " + formatBytes(floor) + ", the least a call gets");
    }

    private MemoryShare atMost(OptionalLong ceiling) {
        return ceiling.isEmpty() || bytes <= ceiling.getAsLong() ? this
                : new MemoryShare(ceiling.getAsLong(), reason + ", cut to " + formatBytes(ceiling.getAsLong())
                        + ", all that the session's budget leaves beside the agent");
    }
}
