package io.agentcgroup.api.enforce;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import java.time.Duration;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes the kernel keep a grant. An OSGi service, one a tier; the engine uses the strongest one that is available.
 * Thread-safe. {@code apply} and {@code update} throw {@link io.agentcgroup.api.cgroup.CgroupException}.
 */
@ProviderType
public interface Enforcer {

    /** Service property that every enforcer has: the label of its tier, by which a stronger tier finds the one it stands on. */
    String TIER = "agentcgroup.tier";

    /** @return the tier that this is */
    Tier tier();

    /** @return whether this host gives the tier, and why; probed, not assumed */
    Capability capability();

    /** Puts a call's or a standing child's limits in force, before the first process is born in it. */
    void apply(Session session, Domain domain, Limits limits);

    /** Changes limits of a running call; what they do not say stays as it is. */
    void update(Session session, Domain domain, Limits limits);

    /**
     * @return the scheduling policy that calls should be born with, as {@code sched_setscheduler(2)} takes it, so that this
     *         tier's scheduler gets them; empty: the kernel's own. Asked at each call; what was born before keeps its own
     */
    default OptionalInt schedulingPolicy() {
        return OptionalInt.empty();
    }

    /**
     * Slows a call down inside the kernel for a while: off the CPU, or at each charge of memory.
     *
     * @param forAtMost its end, whatever happens; the tier may let it go earlier, by a bound of its own
     * @return for how long it is held; zero when this tier has no means for it
     */
    default Duration hold(Domain domain, Duration forAtMost) {
        return Duration.ZERO;
    }

    /** Lets go what {@link #hold} holds, before its time. */
    default void letGo(Domain domain) {
    }

    /** Forgets a domain that is about to be removed. */
    void release(Domain domain);

    /**
     * Another enforcer is in charge, and has been told of all domains: takes back what acts on them, but no value of a control
     * file. Being told of a domain later means being in charge again.
     */
    default void standDown() {
    }

    /** @return whether this one passes on to the other one what it is told, so that the other one acts though it is not in charge */
    default boolean standsOn(Enforcer other) {
        return false;
    }
}
