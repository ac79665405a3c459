package io.agentcgroup.intent.declared.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a hint says.
 *
 * @param exact whether every part that says something says it as a number, not as a level
 * @param problems what could not be used and what would be right, in sentences fit for an agent and a terminal
 */
record ParsedHint(OptionalLong memoryBytes, OptionalDouble cpuCores, Optional<Duration> duration, boolean exact,
        List<String> problems) {

    boolean saysNothing() {
        return memoryBytes.isEmpty() && cpuCores.isEmpty() && duration.isEmpty();
    }
}
