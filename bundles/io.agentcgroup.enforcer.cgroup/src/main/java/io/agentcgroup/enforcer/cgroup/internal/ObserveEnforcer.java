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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last resort, always there. On a host that cannot enforce it writes the few limits whose controllers there are, so that
 * a fork bomb is still bounded where only {@code pids} is offered. On a host that can, somebody chose to observe only, and
 * it keeps its hands off.
 */
@Component(service = Enforcer.class, property = Enforcer.TIER + "=observe")
public final class ObserveEnforcer implements Enforcer {

    private static final Logger LOG = LoggerFactory.getLogger(ObserveEnforcer.class);

    private final Requirements requirements;

    @Activate
    public ObserveEnforcer(@Reference CgroupTree tree) {
        requirements = Requirements.of(tree.info());
        if (!requirements.met()) {
            LOG.warn("THE CONTROL FILES OF THIS HOST CANNOT BOUND TOOL CALLS; {}", requirements.observation());
        }
    }

    @Override
    public Tier tier() {
        return Tier.OBSERVE;
    }

    @Override
    public Capability capability() {
        return new Capability(Tier.OBSERVE.label(), true, requirements.observation());
    }

    @Override
    public void apply(Session session, Domain domain, Limits limits) {
        if (!requirements.met()) {
            domain.apply(limits);
        }
    }

    @Override
    public void update(Session session, Domain domain, Limits limits) {
        apply(session, domain, limits);
    }

    @Override
    public void release(Domain domain) {
        // The values end with the directory.
    }
}
