package io.agentcgroup.intent.declared.internal;

import static io.agentcgroup.api.config.Checked.bytes;

import io.agentcgroup.api.Quantity;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the words of a hint stand for. */
record Levels(Map<String, Long> memoryBytes, Map<String, Double> cpuCores, Map<String, Duration> duration) {

    /** @throws IllegalArgumentException with the property's name and what it should be */
    static Levels of(DeclaredIntents.Config config) {
        return new Levels(
                Map.of("low", bytes("memory.low", config.memory_low()),
                        "medium", bytes("memory.medium", config.memory_medium()),
                        "high", bytes("memory.high", config.memory_high())),
                Map.of("low", cores("cpu.low", config.cpu_low()),
                        "medium", cores("cpu.medium", config.cpu_medium()),
                        "high", cores("cpu.high", config.cpu_high())),
                Map.of("short", time("duration.short", config.duration_short()),
                        "medium", time("duration.medium", config.duration_medium()),
                        "long", time("duration.long", config.duration_long())));
    }

    private static double cores(String property, double value) {
        if (!(value > 0 && value <= HintParser.MOST_CORES)) {
            throw new IllegalArgumentException(property + " is a number of CPUs up to " + HintParser.MOST_CORES + ", not " + value);
        }
        return value;
    }

    private static Duration time(String property, String value) {
        Optional<Duration> time = Quantity.parseDuration(value.strip()).filter(d -> !d.isZero());
        return time.orElseThrow(() -> new IllegalArgumentException(
                property + " is a time such as 30s, 5m or 2h, not \"" + value + "\""));
    }
}
