package io.agentcgroup.simulate;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import java.time.Duration;

/** A tier in the modelled kernel: all write control files; those with a scheduler of their own can also hold a call back. */
final class ModelledEnforcer implements Enforcer {

    private final Kernel kernel;
    private final Tier tier;

    ModelledEnforcer(Kernel kernel, Tier tier) {
        this.kernel = kernel;
        this.tier = tier;
    }

    @Override
    public Tier tier() {
        return tier;
    }

    @Override
    public Capability capability() {
        return new Capability(tier.label(), true, "it is modelled");
    }

    @Override
    public void apply(Session session, Domain domain, Limits limits) {
        domain.apply(limits);
    }

    @Override
    public void update(Session session, Domain domain, Limits limits) {
        domain.apply(limits);
    }

    @Override
    public Duration hold(Domain domain, Duration atMost) {
        if (tier.compareTo(Tier.CGROUP) >= 0) {
            return Duration.ZERO;
        }
        ((Group) domain).heldUntilNs = kernel.time().nowNs() + atMost.toNanos();
        return atMost;
    }

    @Override
    public void letGo(Domain domain) {
        ((Group) domain).heldUntilNs = 0;
        kernel.goOn((Group) domain);
    }

    @Override
    public void release(Domain domain) {
        // It knows nothing of domains.
    }
}
