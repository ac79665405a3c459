package io.agentcgroup.api.engine;

import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How deep in the kernel grants are kept now.
 *
 * @param tier the strongest that is available, and that the operator lets the engine use
 * @param asked the one that the operator named; empty: whatever the host gives
 */
public record TierInForce(Tier tier, Optional<Tier> asked) {

    /** @param engine the service properties of the engine; null without it */
    public static TierInForce of(List<Enforcer> enforcers, Map<String, Object> engine) {
        Object word = engine == null ? null : engine.get(Sessions.STRONGEST_TIER);
        Optional<Tier> asked = Stream.of(Tier.values()).filter(tier -> tier.label().equals(word)).findFirst();
        Tier strongest = asked.orElse(Tier.values()[0]);
        Tier tier = enforcers.stream().filter(enforcer -> enforcer.capability().available()).map(Enforcer::tier)
                .filter(one -> one.compareTo(strongest) >= 0).min(Comparator.naturalOrder()).orElse(Tier.OBSERVE);
        return new TierInForce(tier, asked);
    }

    /** @return whether less is enforced than that tier would */
    public boolean weakerThan(Tier other) {
        return tier.compareTo(other) > 0;
    }
}
