package io.agentcgroup.policy.graduated.internal;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Quantity;
import java.time.Duration;

/** The configuration, checked. */
record Settings(int headroomPercent, long floorBytes, long unknownBytes, long unknownLimitBytes, int hardPercent, boolean soft,
        int swapPercent, int overcommitPercent, Duration waitMost, int marginPercent, int turnsPercent, int growthPercent, Duration freeze,
        Duration told, Duration stuckMost, Duration heldMost, long pidsMax, int cpuWeightHigh, int cpuWeightNormal, int cpuWeightLow) {

    private static final int LARGEST_PERCENT = 10_000;

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(GraduatedPolicy.Config config) {
        return new Settings(
                inRange("headroom.percent", config.headroom_percent(), 0, 1_000),
                size("floor.memory", config.floor_memory()),
                size("unknown.memory", config.unknown_memory()),
                size("unknown.limit", config.unknown_limit()),
                inRange("hard.percent", config.hard_percent(), 100, LARGEST_PERCENT),
                config.soft(),
                inRange("swap.percent", config.swap_percent(), 0, 100),
                inRange("overcommit.percent", config.overcommit_percent(), 100, LARGEST_PERCENT),
                Duration.ofSeconds(inRange("wait.most.s", config.wait_most_s(), 1, 3_600)),
                inRange("margin.percent", config.margin_percent(), 0, 50),
                inRange("turns.percent", config.turns_percent(), 0, 50),
                inRange("growth.percent", config.growth_percent(), 0, 1_000),
                Duration.ofMillis(inRange("freeze.ms", config.freeze_ms(), 10, 600_000)),
                Duration.ofSeconds(inRange("told.s", config.told_s(), 1, 3_600)),
                Duration.ofSeconds(inRange("stuck.most.s", config.stuck_most_s(), 1, 3_600)),
                Duration.ofSeconds(inRange("held.most.s", config.held_most_s(), 1, 24 * 3_600)),
                inRange("pids.max", config.pids_max(), 1, Integer.MAX_VALUE),
                inRange("cpu.weight.high", config.cpu_weight_high(), 1, 10_000),
                inRange("cpu.weight.normal", config.cpu_weight_normal(), 1, 10_000),
                inRange("cpu.weight.low", config.cpu_weight_low(), 1, 10_000));
    }

    int cpuWeight(Priority priority) {
        return switch (priority) {
            case HIGH -> cpuWeightHigh;
            case NORMAL -> cpuWeightNormal;
            case LOW -> cpuWeightLow;
        };
    }

    /** Apart, so that neither half overflows nor is rounded to nothing. */
    static long percentOf(long bytes, int percent) {
        return bytes / 100 * percent + bytes % 100 * percent / 100;
    }

    private static int inRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    private static long size(String name, String value) {
        long bytes = Quantity.parseBytes(value.strip()).orElse(0);
        if (bytes == 0) {
            throw new IllegalArgumentException(name + " is a size such as 256m or 2g, not \"" + value + "\"");
        }
        return bytes;
    }
}
