package io.agentcgroup.api.health;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Asks every health check of this appliance. An OSGi service. Thread-safe; nothing is looked at before somebody asks.
 *
 * <pre>{@code
 * boolean well = health.examine().stream().noneMatch(finding -> finding.level() == HealthFinding.Level.CRITICAL);
 * }</pre>
 */
@ProviderType
public interface Health {

    /**
     * @return what each check found, the worst first, then by name. Takes at most a few seconds: a check that does not answer is a
     *         critical finding of its own
     */
    List<HealthFinding> examine();

    /**
     * Whether the daemon had better be started anew. Asks only the checks with tag {@code liveness} ({@code hc.tags}), and only whether they
     * answer: a restart cures what hangs, not what is ill.
     *
     * @param atMost how long all of them together may take
     * @return the name of one that does not answer; empty if all do, whatever they say
     */
    Optional<String> hanging(Duration atMost);
}
