package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.KernelAccount;
import io.agentcgroup.api.enforce.KernelAccounts;
import java.util.Optional;

/** What programs in the kernel know of domains, while there is a service for it. Thread-safe. */
final class Accounts {

    /** Null while there is none. */
    private volatile KernelAccounts kernel;

    void use(KernelAccounts service) {
        kernel = service;
    }

    void stopUsing(KernelAccounts service) {
        if (kernel == service) {
            kernel = null;
        }
    }

    void know(Session session, Domain domain) {
        KernelAccounts there = kernel;
        if (there != null) {
            there.know(session, domain);
        }
    }

    void forget(Domain domain) {
        KernelAccounts there = kernel;
        if (there != null) {
            there.forget(domain);
        }
    }

    Optional<KernelAccount> of(Domain domain) {
        KernelAccounts there = kernel;
        return there == null ? Optional.empty() : there.account(domain);
    }
}
