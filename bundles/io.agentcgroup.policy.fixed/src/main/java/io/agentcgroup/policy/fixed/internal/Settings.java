package io.agentcgroup.policy.fixed.internal;

import static io.agentcgroup.api.config.Checked.bytes;
import static io.agentcgroup.api.config.Checked.inRange;

import io.agentcgroup.api.config.CpuWeights;

/** The configuration, checked. */
record Settings(int headroomPercent, long floorBytes, long defaultBytes, int highPercent, int swapPercent, long pidsMax,
        CpuWeights cpuWeights, boolean cpuCap) {

    /** Above ten times the intent a limit says nothing any more. */
    private static final int LARGEST_HEADROOM_PERCENT = 1_000;

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(FixedPolicy.Config config) {
        return new Settings(
                inRange("headroom.percent", config.headroom_percent(), 0, LARGEST_HEADROOM_PERCENT),
                bytes("floor.memory", config.floor_memory()),
                bytes("default.memory", config.default_memory()),
                inRange("high.percent", config.high_percent(), 0, 100),
                inRange("swap.percent", config.swap_percent(), 0, 100),
                inRange("pids.max", config.pids_max(), 1, Integer.MAX_VALUE),
                new CpuWeights(config.cpu_weight_high(), config.cpu_weight_normal(), config.cpu_weight_low()),
                config.cpu_cap());
    }
}
