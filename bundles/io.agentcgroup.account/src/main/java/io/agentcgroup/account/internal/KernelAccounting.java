package io.agentcgroup.account.internal;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.bpf.shared.AccountEntry;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.KernelStat;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.KernelAccount;
import io.agentcgroup.api.enforce.KernelAccounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accounting as a service: there on every host, and where it cannot work it says why. */
@Component(service = KernelAccounts.class, immediate = true, configurationPid = KernelAccounting.PID)
@Designate(ocd = KernelAccounting.Config.class)
public final class KernelAccounting implements KernelAccounts {

    static final String PID = "io.agentcgroup.account";

    private static final Logger LOG = LoggerFactory.getLogger(KernelAccounting.class);
    private static final String NAME = "kernel.accounting";
    private static final int MOST_TOLD = 1_000_000;

    /** What an operator can set. */
    @ObjectClassDefinition(name = "AgentCgroup accounting", description = "What programs in the kernel count and tell of each domain.")
    public @interface Config {
        @AttributeDefinition(name = "Told", description = "How many starts and ends of processes of one domain are told one by one; later"
                + " ones are only counted. 0 to 1000000.")
        int told_most() default 128;
    }

    private final Capability capability;
    /** Null where it does not work. */
    private final KernelMaps maps;

    /** @throws IllegalArgumentException if the configuration makes no sense; the component then stays unavailable */
    @Activate
    public KernelAccounting(@Reference BpfLoader loader, @Reference KernelFeatures kernel, Config config) {
        this(loader, kernel, config.told_most());
    }

    /** For use without a framework. */
    public KernelAccounting(BpfLoader loader, KernelFeatures kernel, int toldMost) {
        if (toldMost < 0 || toldMost > MOST_TOLD) {
            throw new IllegalArgumentException("told.most must be 0 to " + MOST_TOLD + ", not " + toldMost);
        }
        Optional<String> obstacle = obstacle(kernel);
        KernelMaps opened = null;
        if (obstacle.isEmpty()) {
            try {
                AccountPrograms.putInForce(loader, toldMost);
                opened = new KernelMaps(loader);
            } catch (BpfException | IllegalStateException | IllegalArgumentException e) {
                LOG.warn("nothing is counted in the kernel: {}", e.getMessage());
                // What follows is the verifier's.
                obstacle = e.getMessage().lines().findFirst();
            }
        }
        maps = opened;
        capability = new Capability(NAME, maps != null,
                obstacle.orElse("tracepoints of exec, fork, exit and the OOM killer are counted by domain"));
    }

    private static Optional<String> obstacle(KernelFeatures kernel) {
        return Stream.of(KernelFeature.LIBRARY, KernelFeature.TRACEPOINTS, KernelFeature.PIN).map(kernel::capability)
                .filter(needed -> !needed.available()).map(Capability::reason).findFirst();
    }

    /** The programs go on counting. */
    @Deactivate
    public void stop() {
        if (maps != null) {
            maps.close();
        }
    }

    @Override
    public Capability capability() {
        if (maps == null) {
            return capability;
        }
        long lost = count(KernelStat.EVENTS_LOST);
        return lost == 0 ? capability
                : new Capability(NAME, true, capability.reason() + "; " + lost + " events were lost because nobody read them in time");
    }

    private long count(KernelStat stat) {
        try {
            return maps.count(stat);
        } catch (BpfException | IllegalStateException e) {
            LOG.debug("the counters cannot be read: {}", e.getMessage());
            return 0;
        }
    }

    @Override
    public void know(Session session, Domain domain) {
        if (maps == null) {
            return;
        }
        try {
            maps.know(domain.id(), new DomainEntry(DomainRoles.sessionOf(domain), DomainEntry.priorityOf(session.priority()),
                    DomainRoles.roleOf(domain)));
        } catch (BpfException | CgroupException | IllegalStateException e) {
            LOG.warn("programs in the kernel do not know {}: {}", domain.path(), e.getMessage());
        }
    }

    @Override
    public void forget(Domain domain) {
        if (maps == null) {
            return;
        }
        try {
            maps.forget(domain.id());
        } catch (BpfException | CgroupException | IllegalStateException e) {
            LOG.debug("{} was gone before it was forgotten: {}", domain.path(), e.getMessage());
        }
    }

    @Override
    public Optional<KernelAccount> account(Domain domain) {
        if (maps == null) {
            return Optional.empty();
        }
        try {
            return maps.account(domain.id()).map(KernelAccounting::inWords);
        } catch (BpfException | CgroupException | IllegalStateException e) {
            LOG.debug("{} was gone before its account was read: {}", domain.path(), e.getMessage());
            return Optional.empty();
        }
    }

    private static KernelAccount inWords(AccountEntry entry) {
        return new KernelAccount(entry.execs(), entry.forks(), entry.exits(), entry.oomVictims(), entry.holds(),
                Duration.ofNanos(entry.heldNs()), entry.delays(), Duration.ofNanos(entry.delayedNs()));
    }

    @Override
    public Map<String, Long> counters() {
        if (maps == null) {
            return Map.of();
        }
        try {
            return maps.counters();
        } catch (BpfException | IllegalStateException e) {
            LOG.debug("the counters cannot be read: {}", e.getMessage());
            return Map.of();
        }
    }
}
