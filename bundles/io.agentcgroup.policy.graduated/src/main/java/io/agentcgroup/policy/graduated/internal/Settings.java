package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.config.Checked.bytes;
import static io.agentcgroup.api.config.Checked.inRange;

import io.agentcgroup.api.config.CpuWeights;
import java.time.Duration;

/** The configuration, checked. */
record Settings(int headroomPercent, long floorBytes, long unknownBytes, long unknownLimitBytes, int hardPercent, boolean soft,
        int swapPercent, int overcommitPercent, Duration waitMost, int marginPercent, int turnsPercent, int growthPercent, Duration freeze,
        Duration told, Duration stuckMost, Duration heldMost, long pidsMax, CpuWeights cpuWeights) {

    private static final int LARGEST_PERCENT = 10_000;

    /** @throws IllegalArgumentException with the property's name and its range */
    static Settings of(GraduatedPolicy.Config config) {
        return new Settings(
                inRange("headroom.percent", config.headroom_percent(), 0, 1_000),
                bytes("floor.memory", config.floor_memory()),
                bytes("unknown.memory", config.unknown_memory()),
                bytes("unknown.limit", config.unknown_limit()),
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
                new CpuWeights(config.cpu_weight_high(), config.cpu_weight_normal(), config.cpu_weight_low()));
    }
}
