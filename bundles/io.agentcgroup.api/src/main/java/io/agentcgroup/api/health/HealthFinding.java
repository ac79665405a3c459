package io.agentcgroup.api.health;

import java.util.List;

/**
 * What one health check found.
 *
 * @param name the check's, such as {@code journal}; for people, and stable
 * @param level how bad it is
 * @param reason what was looked at and what was found, and what to do; escape on output
 */
public record HealthFinding(String name, Level level, String reason) {

    /** How bad it is, from good to bad. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Works, but somebody should look at it. */
        WARNING,
        /** Calls get no domain, no limit, or leave no trace. */
        CRITICAL
    }

    /** @return the worst of all; {@link Level#OK} when there is none */
    public static Level worst(List<HealthFinding> findings) {
        return findings.stream().map(HealthFinding::level).max(Level::compareTo).orElse(Level.OK);
    }
}
