package io.agentcgroup.intent.rules.internal;

import com.google.re2j.Pattern;
import io.agentcgroup.api.Placement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One line of the rules file.
 *
 * @param line its number, by which people find it
 * @param pattern matches in linear time, whatever an agent writes
 */
record Rule(int line, Pattern pattern, OptionalLong memoryBytes, OptionalDouble cpuCores, Optional<Duration> duration,
        OptionalLong pidsMax, Optional<Placement> placement) {

    /** @return whether the command begins with the pattern, up to the end of a word */
    boolean matches(String command) {
        return pattern.matcher(command).lookingAt();
    }
}
