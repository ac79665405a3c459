package io.agentcgroup.api.enforce;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What programs in the kernel know of our domains, and count in them; on every tier. An OSGi service that is used when it is
 * there. Thread-safe, and none of it throws: a domain without an account is no reason to refuse a call.
 */
@ProviderType
public interface KernelAccounts {

    /** @return whether this host gives it, and why not */
    Capability capability();

    /** Makes a domain known, before the first process is born in it; again after a restart. */
    void know(Session session, Domain domain);

    /** Forgets a domain that is about to be removed. */
    void forget(Domain domain);

    /** @return what was counted in it so far; empty when nothing was, or nothing counts here */
    Optional<KernelAccount> account(Domain domain);

    /**
     * Counters of all domains since the programs were loaded, which may be longer ago than the daemon's start: names in base units,
     * ending in {@code _total}, lost events among them.
     *
     * @return empty when nothing counts here
     */
    Map<String, Long> counters();
}
