package io.agentcgroup.api.health;

import java.util.List;
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
}
