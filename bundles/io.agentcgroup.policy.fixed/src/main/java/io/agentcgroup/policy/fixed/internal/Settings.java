package io.agentcgroup.policy.fixed.internal;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Quantity;

/** The configuration, checked. */
record Settings(int headroomPercent, long floorBytes, long defaultBytes, int highPercent, int swapPercent, long pidsMax,
        int cpuWeightHigh, int cpuWeightNormal, int cpuWeightLow, boolean cpuCap) {

    /** Above ten times the intent a limit says nothing any more. */
    private static final int LARGEST_HEADROOM_PERCENT = 1_000;

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(FixedPolicy.Config config) {
        return new Settings(
                inRange("headroom.percent", config.headroom_percent(), 0, LARGEST_HEADROOM_PERCENT),
                size("floor.memory", config.floor_memory()),
                size("default.memory", config.default_memory()),
                inRange("high.percent", config.high_percent(), 0, 100),
                inRange("swap.percent", config.swap_percent(), 0, 100),
                inRange("pids.max", config.pids_max(), 1, Integer.MAX_VALUE),
                inRange("cpu.weight.high", config.cpu_weight_high(), 1, 10_000),
                inRange("cpu.weight.normal", config.cpu_weight_normal(), 1, 10_000),
                inRange("cpu.weight.low", config.cpu_weight_low(), 1, 10_000),
                config.cpu_cap());
    }

    int cpuWeight(Priority priority) {
        return switch (priority) {
            case HIGH -> cpuWeightHigh;
            case NORMAL -> cpuWeightNormal;
            case LOW -> cpuWeightLow;
        };
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
