package io.agentcgroup.engine.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import java.time.Duration;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops one call for a while. Whoever stops it, it goes on in the end. Thread-safe. */
final class Freezer {

    private static final Logger LOG = LoggerFactory.getLogger(Freezer.class);

    private final EngineContext engine;
    private final Domain domain;
    /** Null when it is not frozen. Guarded by this. */
    private Future<?> thaw;

    Freezer(EngineContext engine, Domain domain) {
        this.engine = engine;
        this.domain = domain;
    }

    synchronized void freeze(Duration atMost) {
        Duration bounded = atMost.compareTo(engine.settings().freezeMost()) > 0 ? engine.settings().freezeMost() : atMost;
        cancelThaw();
        // First the promise to thaw, then the freeze: in between there may be an end of the daemon, and the next one thaws what it adopts.
        thaw = engine.workers().runAfter(bounded, this::thaw);
        domain.freeze(true);
    }

    synchronized void thaw() {
        cancelThaw();
        try {
            domain.freeze(false);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("{} is gone and needs no thaw: {}", domain.path(), e.getMessage());
        }
    }

    /** Thaws what an earlier daemon froze, or what is frozen when this one stops. */
    void thawIfFrozen() {
        thaw();
    }

    /** The call is over. */
    synchronized void forget() {
        cancelThaw();
    }

    synchronized boolean frozen() {
        return thaw != null;
    }

    private void cancelThaw() {
        if (thaw != null) {
            thaw.cancel(false);
            thaw = null;
        }
    }
}
