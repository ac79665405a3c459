package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.KernelAccount;
import io.agentcgroup.api.enforce.KernelAccounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the same in every domain, and remembers which it was told. */
final class FakeAccounts implements KernelAccounts {

    static final KernelAccount ACCOUNT = new KernelAccount(1, 2, 2, 0, 30, Duration.ofSeconds(7), 0, Duration.ZERO);

    final Set<String> known = ConcurrentHashMap.newKeySet();

    @Override
    public Capability capability() {
        return new Capability("test", true, "");
    }

    @Override
    public void know(Session session, Domain domain) {
        known.add(domain.path());
    }

    @Override
    public void forget(Domain domain) {
        known.remove(domain.path());
    }

    @Override
    public Optional<KernelAccount> account(Domain domain) {
        return Optional.of(ACCOUNT);
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }
}
