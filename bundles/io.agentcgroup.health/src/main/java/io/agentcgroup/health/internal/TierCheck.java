package io.agentcgroup.health.internal;

import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.TierInForce;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.metatype.annotations.Designate;

/** Is as much enforced as the operator wants? */
@Component(service = HealthCheck.class, configurationPid = Settings.PID, property = {HealthCheck.NAME + "=tier", HealthCheck.TAGS + "=agentcgroup"})
@Designate(ocd = HealthConfig.class)
public final class TierCheck implements HealthCheck {

    private final Settings settings;
    private final List<Enforcer> enforcers;
    private final TierInForce inForce;

    @Activate
    public TierCheck(HealthConfig config, @Reference List<Enforcer> enforcers,
            @Reference(service = Sessions.class, cardinality = ReferenceCardinality.OPTIONAL) Map<String, Object> engine) {
        this(Settings.of(config), enforcers, engine);
    }

    TierCheck(Settings settings, List<Enforcer> enforcers, Map<String, Object> engine) {
        this.settings = settings;
        this.enforcers = enforcers;
        this.inForce = TierInForce.of(enforcers, engine);
    }

    @Override
    public Result execute() {
        String tier = inForce.tier().label();
        if (settings.leastTier().filter(inForce::weakerThan).isPresent()) {
            Tier least = settings.leastTier().get();
            return new Result(Result.Status.CRITICAL, "tier " + tier + " is in force, at least " + least.label() + " is wanted: " + reason(least));
        }
        if (inForce.asked().filter(inForce::weakerThan).isPresent()) {
            Tier asked = inForce.asked().get();
            return new Result(Result.Status.WARN, "tier " + tier + " is in force, " + asked.label() + " was asked for: " + reason(asked));
        }
        if (inForce.tier() == Tier.OBSERVE && settings.leastTier().isEmpty() && inForce.asked().isEmpty()) {
            return new Result(Result.Status.WARN, "nothing is enforced, calls are only accounted for; \"agentcgroup doctor\" says why");
        }
        return new Result(Result.Status.OK, "tier " + tier + " is in force");
    }

    private String reason(Tier tier) {
        return enforcers.stream().filter(enforcer -> enforcer.tier() == tier).map(enforcer -> enforcer.capability().reason()).findFirst()
                .orElse("no enforcer of that tier is installed");
    }
}
