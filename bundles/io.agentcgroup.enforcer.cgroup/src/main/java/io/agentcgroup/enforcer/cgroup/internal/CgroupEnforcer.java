package io.agentcgroup.enforcer.cgroup.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps grants by the values of control files: what the stronger tiers have underneath, and enough without them. */
@Component(service = Enforcer.class, property = Enforcer.TIER + "=cgroup")
public final class CgroupEnforcer implements Enforcer {

    private final Capability capability;

    @Activate
    public CgroupEnforcer(@Reference CgroupTree tree) {
        capability = Requirements.of(tree.info()).capability();
    }

    @Override
    public Tier tier() {
        return Tier.CGROUP;
    }

    @Override
    public Capability capability() {
        return capability;
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
    public void release(Domain domain) {
        // The values end with the directory.
    }
}
