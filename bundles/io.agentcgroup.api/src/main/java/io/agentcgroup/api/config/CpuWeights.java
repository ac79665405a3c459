package io.agentcgroup.api.config;

import io.agentcgroup.api.Priority;

/** The {@code cpu.weight} that goes with each priority, 1 to 10000: properties {@code cpu.weight.high}, {@code .normal} and {@code .low}. */
public record CpuWeights(int high, int normal, int low) {

    /** What the kernel takes. */
    private static final int LARGEST = 10_000;

    /** @throws IllegalArgumentException with the property's name and its range */
    public CpuWeights {
        Checked.inRange("cpu.weight.high", high, 1, LARGEST);
        Checked.inRange("cpu.weight.normal", normal, 1, LARGEST);
        Checked.inRange("cpu.weight.low", low, 1, LARGEST);
    }

    public int of(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }
}
