package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelAccounts;
import io.agentcgroup.api.enforce.Tier;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The strongest enforcer that this host gives; without any, the control files are written directly, so limits always hold. */
final class Enforcers {

    private static final Logger LOG = LoggerFactory.getLogger(Enforcers.class);

    private final Accounts accounts;
    private final List<Enforcer> all = new CopyOnWriteArrayList<>();
    /** Were in charge, and still act on domains. */
    private final Queue<Enforcer> relieved = new ConcurrentLinkedQueue<>();
    private volatile Tier strongest = Tier.values()[0];
    /** Null when there is none. */
    private volatile Enforcer best;
    private volatile Runnable changed = () -> { };

    Enforcers() {
        this(new Accounts());
    }

    /** @param accounts gets to know the same domains */
    Enforcers(Accounts accounts) {
        this.accounts = accounts;
    }

    Accounts accounts() {
        return accounts;
    }

    /** @param tier the strongest that may be in charge; to be said before any enforcer is added */
    void noStrongerThan(Tier tier) {
        strongest = tier;
    }

    /** @param action run when another enforcer is in charge, to put all limits in force anew */
    void onChange(Runnable action) {
        changed = action;
    }

    void add(Enforcer enforcer) {
        all.add(enforcer);
        choose();
    }

    void remove(Enforcer enforcer) {
        all.remove(enforcer);
        choose();
    }

    void add(KernelAccounts service) {
        accounts.use(service);
        // It came later than some domains.
        changed.run();
    }

    void remove(KernelAccounts service) {
        accounts.stopUsing(service);
    }

    void apply(Session session, Domain domain, Limits limits) {
        accounts.know(session, domain);
        Enforcer chosen = best;
        if (chosen == null) {
            domain.apply(limits);
            return;
        }
        try {
            chosen.apply(session, domain, limits);
        } catch (CgroupException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("the enforcer {} failed; the control files of {} are written directly", chosen.tier().label(), domain.path(), e);
            domain.apply(limits);
        }
    }

    void update(Session session, Domain domain, Limits limits) {
        Enforcer chosen = best;
        if (chosen == null) {
            domain.apply(limits);
        } else {
            chosen.update(session, domain, limits);
        }
    }

    /** @return the tier that is in force */
    Tier tier() {
        Enforcer chosen = best;
        return chosen == null ? Tier.OBSERVE : chosen.tier();
    }

    /** @return whether limits are written where there is a controller for them */
    boolean enforce() {
        Enforcer chosen = best;
        return chosen == null || chosen.tier() != Tier.OBSERVE;
    }

    /** @return for how long the kernel slows it down; zero when it has no means for that */
    Duration hold(Domain domain, Duration atMost) {
        Enforcer chosen = best;
        return chosen == null ? Duration.ZERO : chosen.hold(domain, atMost);
    }

    void letGo(Domain domain) {
        Enforcer chosen = best;
        if (chosen != null) {
            chosen.letGo(domain);
        }
    }

    /** @return the policy that calls are born with now, if any in particular */
    OptionalInt schedulingPolicy() {
        Enforcer chosen = best;
        return chosen == null ? OptionalInt.empty() : chosen.schedulingPolicy();
    }

    /** Each is told: the domain may be known to one that was in charge before. */
    void release(Domain domain) {
        accounts.forget(domain);
        for (Enforcer enforcer : all) {
            try {
                enforcer.release(domain);
            } catch (RuntimeException e) {
                LOG.error("the enforcer {} could not release {}", enforcer.tier().label(), domain.path(), e);
            }
        }
    }

    private void choose() {
        synchronized (this) {
            Enforcer chosen = all.stream().filter(enforcer -> !tooStrong(enforcer) && enforcer.capability().available())
                    .min(Comparator.comparing(Enforcer::tier)).orElse(null);
            // An earlier daemon may have left it acting, when the operator had said something else.
            List<Enforcer> unwanted = all.stream().filter(this::tooStrong).toList();
            relieved.addAll(unwanted);
            if (chosen == best && unwanted.isEmpty()) {
                return;
            }
            replaceBy(chosen);
        }
        changed.run();
    }

    private void replaceBy(Enforcer chosen) {
        if (best == chosen) {
            return;
        }
        Enforcer before = best;
        // First: whoever is found among the relieved while still in charge would be kept for ever.
        best = chosen;
        if (before != null) {
            relieved.add(before);
            all.stream().filter(before::standsOn).forEach(relieved::add);
        }
        LOG.info("limits are kept by {}", chosen == null ? "control files alone" : "the tier " + chosen.tier().label());
    }

    private boolean tooStrong(Enforcer enforcer) {
        return enforcer.tier().compareTo(strongest) < 0;
    }

    /**
     * Those that were in charge before let go; to be called when all limits are in force anew, so that no domain is without an
     * enforcer meanwhile.
     */
    void standDownRelieved() {
        for (Enforcer before = relieved.poll(); before != null; before = relieved.poll()) {
            try {
                if (all.contains(before) && !isNeeded(before)) {
                    before.standDown();
                }
            } catch (RuntimeException e) {
                LOG.error("the enforcer {} could not stand down", before.tier().label(), e);
            }
        }
    }

    private boolean isNeeded(Enforcer enforcer) {
        Enforcer chosen = best;
        return chosen == enforcer || chosen != null && chosen.standsOn(enforcer);
    }
}
