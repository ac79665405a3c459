package io.agentcgroup.enforcer.schedext.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import java.util.OptionalInt;

/**
 * Keeps grants by control files, always, and lets the agents' tasks be scheduled by the programs besides. These read weights
 * and {@code cpu.max} where the files are written, so an operator's own writes count too.
 *
 * <p>Each one stands for what was found at a time: when that changes, another one takes its place.
 */
final class SchedExtEnforcer implements Enforcer {

    /** {@code SCHED_EXT} of the kernel's {@code linux/sched.h}. */
    static final int SCHED_EXT = 7;

    /** What puts the programs in force, and takes them out. */
    interface Programs {
        /** Puts them in force, if they are not; what goes wrong is taken care of. */
        void wanted();

        void unwanted();

        boolean inForce();
    }

    private final Capability capability;
    private final Programs programs;

    SchedExtEnforcer(boolean available, String reason, Programs programs) {
        this.capability = new Capability(Tier.SCHED_EXT.label(), available, reason);
        this.programs = programs;
    }

    @Override
    public Tier tier() {
        return Tier.SCHED_EXT;
    }

    @Override
    public Capability capability() {
        return capability;
    }

    @Override
    public void apply(Session session, Domain domain, Limits limits) {
        domain.apply(limits);
        if (capability.available()) {
            programs.wanted();
        }
    }

    @Override
    public void update(Session session, Domain domain, Limits limits) {
        domain.apply(limits);
    }

    @Override
    public OptionalInt schedulingPolicy() {
        return programs.inForce() ? OptionalInt.of(SCHED_EXT) : OptionalInt.empty();
    }

    @Override
    public void release(Domain domain) {
        // The kernel tells the scheduler itself.
    }

    @Override
    public void standDown() {
        programs.unwanted();
    }
}
