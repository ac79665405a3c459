package io.agentcgroup.enforcer.memcgbpf.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps grants inside the memory controller. It stands on the tier below, which writes the control files and schedules the
 * CPU; here each session's directory gets our programs besides, and everything made below it inherits them.
 */
@Component(service = Enforcer.class, property = Enforcer.TIER + "=memcg-bpf")
public final class MemcgBpfEnforcer implements Enforcer {

    private static final Logger LOG = LoggerFactory.getLogger(MemcgBpfEnforcer.class);

    private final Optional<Enforcer> scheduler;
    private final MemoryTier memory;

    /** @param scheduler the tier below; when it comes later, this component starts anew */
    @Activate
    public MemcgBpfEnforcer(@Reference CgroupTree tree, @Reference KernelFeatures kernel, @Reference BpfLoader loader,
            @Reference(target = "(" + TIER + "=sched-ext)", policyOption = ReferencePolicyOption.GREEDY)
            Optional<Enforcer> scheduler) {
        this.scheduler = scheduler;
        this.memory = MemoryTier.probe(tree.info(), kernel, loader);
        memory.links().ifPresent(links -> links.keepOnly(
                tree.sessions().stream().map(Domain::id).collect(Collectors.toUnmodifiableSet())));
    }

    /** What is pinned stays in force. */
    @Deactivate
    public void stop() {
        memory.close();
    }

    @Override
    public Tier tier() {
        return Tier.MEMCG_BPF;
    }

    @Override
    public Capability capability() {
        String cpu = scheduling().isPresent() || !memory.available() ? "" : "; CPU by control files: "
                + scheduler.map(below -> below.capability().reason()).orElse("the tier sched-ext is not installed");
        return new Capability(Tier.MEMCG_BPF.label(), memory.available(), memory.reason() + cpu);
    }

    @Override
    public void apply(Session session, Domain domain, Limits limits) {
        scheduling().ifPresentOrElse(below -> below.apply(session, domain, limits), () -> domain.apply(limits));
        if (domain instanceof SessionNode) {
            hold(domain);
        }
    }

    /** @return the tier below, where this kernel gives it */
    private Optional<Enforcer> scheduling() {
        return scheduler.filter(below -> below.capability().available());
    }

    private void hold(Domain session) {
        try {
            memory.links().ifPresent(links -> links.hold(session));
        } catch (BpfException e) {
            // Its limits are in force all the same: the files hold them.
            LOG.error("the memory of {} is bounded by control files alone: {}", session.path(), e.getMessage());
        }
    }

    @Override
    public void update(Session session, Domain domain, Limits limits) {
        scheduling().ifPresentOrElse(below -> below.update(session, domain, limits), () -> domain.apply(limits));
    }

    /** The tier below is told by the engine, like every enforcer. */
    @Override
    public void release(Domain domain) {
        if (domain instanceof SessionNode) {
            memory.links().ifPresent(links -> links.release(domain));
        }
    }

    @Override
    public void standDown() {
        memory.links().ifPresent(SessionLinks::releaseAll);
    }

    @Override
    public boolean standsOn(Enforcer other) {
        return scheduler.filter(below -> below == other).isPresent();
    }
}
