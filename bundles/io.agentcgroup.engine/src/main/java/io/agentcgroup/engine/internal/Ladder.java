package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds one call back, step by step, and lets it go. Whoever put it on a rung, it comes down in the end: at the bound it is said so, and
 * shortly after that it is let go whatever was answered. Thread-safe.
 */
final class Ladder {

    private static final Logger LOG = LoggerFactory.getLogger(Ladder.class);

    /** How long after the bound a policy may answer, on a busy host, before the call is let go without it. */
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(250);
    /** After a freeze a call runs for a tenth of that time before it is frozen again: it gets on, however long the pressure lasts. */
    private static final int REST_SHARE = 10;
    /** Less than a few time slices is no run. */
    private static final long REST_LEAST_NS = 50_000_000;

    private final EngineContext engine;
    private final Domain domain;
    private final Supplier<Limits> granted;
    private final Runnable expired;
    private final Runnable letGo;
    // Guarded by this.
    private Standing standing;
    private Future<?> bound;
    private Future<?> end;
    /** Whether the soft limit is not the grant's. */
    private boolean lowered;
    private boolean over;
    /** Whether somebody stopped it by hand, about which policies have no say. */
    private boolean byHand;

    /**
     * @param granted what holds when nothing holds the call back
     * @param expired run when the bound of a rung is reached, on a worker
     * @param letGo run shortly after that; calls {@link #releaseAtBound}
     */
    Ladder(EngineContext engine, Domain domain, Supplier<Limits> granted, Runnable expired, Runnable letGo) {
        this.engine = engine;
        this.domain = domain;
        this.granted = granted;
        this.expired = expired;
        this.letGo = letGo;
        this.standing = Standing.free(engine.clocks().monotonicNs());
    }

    synchronized Standing standing() {
        return standing;
    }

    synchronized void told() {
        standing = new Standing(standing.rung(), standing.sinceNs(), standing.untilNs(), standing.times(), standing.held(),
                standing.told() + 1, standing.restUntilNs());
    }

    synchronized void softLimit(long highBytes, Duration atMost) {
        if (!over) {
            put(Rung.SOFT_LIMIT, OptionalLong.of(highBytes), min(atMost, engine.settings().rungMost()));
        }
    }

    /** As the tier can; else it may use what it uses, and is slowed down above that. */
    synchronized void delay(Duration atMost) {
        if (over) {
            return;
        }
        Duration bounded = min(atMost, engine.settings().rungMost());
        Duration held = engine.enforcers().hold(domain, bounded);
        if (held.isZero()) {
            put(Rung.DELAY, domain.memoryCurrentBytes(), bounded);
        } else {
            put(Rung.DELAY, OptionalLong.empty(), min(held, bounded));
        }
    }

    /** @throws IllegalArgumentException if it was frozen a moment ago and has not run since */
    synchronized void freeze(Duration atMost) {
        if (over) {
            return;
        }
        long nowNs = engine.clocks().monotonicNs();
        if (!standing.mayFreeze(nowNs)) {
            throw new IllegalArgumentException("it was frozen for its bound and has to run first");
        }
        Duration most = engine.settings().freezeMost();
        // A freeze that goes on is one freeze: its bound counts from its beginning.
        put(Rung.FREEZE, OptionalLong.empty(), min(atMost, standing.rung() == Rung.FREEZE ? most.minus(standing.since(nowNs)) : most));
    }

    /**
     * Stops it by hand, until {@link #release} or for as long as that.
     *
     * @return whether it still runs
     */
    synchronized boolean pause(Duration atMost) {
        if (over) {
            return false;
        }
        byHand = false;
        put(Rung.FREEZE, OptionalLong.empty(), atMost);
        byHand = true;
        return true;
    }

    synchronized boolean pausedByHand() {
        return byHand;
    }

    /** Lets it go on as it was granted. */
    synchronized void release() {
        byHand = false;
        if (standing.rung() != Rung.FREE) {
            cancel();
            change(Rung.FREE, OptionalLong.empty());
            enter(Rung.FREE, Duration.ZERO);
        }
    }

    /** Lets it go if the bound of its rung is reached, as a policy that said nothing wants it. @return whether it was */
    synchronized boolean releaseAtBound() {
        boolean reached = atBound();
        if (reached) {
            release();
        }
        return reached;
    }

    /** @return whether the bound of its rung is reached */
    synchronized boolean atBound() {
        return engine.clocks().monotonicNs() >= standing.untilNs();
    }

    /** Lets go what an earlier daemon held back. */
    synchronized void releaseWhatWasFound() {
        attempt(() -> domain.freeze(false));
        attempt(() -> writeHigh(OptionalLong.empty()));
    }

    /** The call is over. */
    synchronized void forget() {
        over = true;
        cancel();
    }

    private void put(Rung rung, OptionalLong highBytes, Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("the bound of a rung is positive, not " + atMost);
        }
        // First the promise to let go, then the hold: in between there may be an end of the daemon, and the next one lets go what it finds.
        cancel();
        bound = engine.workers().runAfter(atMost, expired);
        end = engine.workers().runAfter(atMost.plus(ANSWER_WITHIN), letGo);
        change(rung, highBytes);
        enter(rung, atMost);
    }

    /** What the new rung needs is set first, then what the old one had is undone: in between the call is held twice, never not at all. */
    private void change(Rung rung, OptionalLong highBytes) {
        Rung before = standing.rung();
        if (rung == Rung.FREEZE && before != Rung.FREEZE) {
            domain.freeze(true);
        }
        if (highBytes.isPresent() || lowered) {
            attempt(() -> writeHigh(highBytes));
        }
        if (before == Rung.DELAY && rung != Rung.DELAY) {
            attempt(() -> engine.enforcers().letGo(domain));
        }
        if (before == Rung.FREEZE && rung != Rung.FREEZE) {
            attempt(() -> domain.freeze(false));
        }
    }

    private void writeHigh(OptionalLong highBytes) {
        lowered = highBytes.isPresent();
        domain.apply(Limits.builder().memoryHighBytes(highBytes.orElseGet(() -> granted.get().memoryHighBytes().orElse(Limits.UNLIMITED)))
                .build());
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("{} is gone and neither held nor let go: {}", domain.path(), e.getMessage());
        }
    }

    private void enter(Rung rung, Duration atMost) {
        long nowNs = engine.clocks().monotonicNs();
        boolean goesOn = rung == Rung.FREEZE && standing.rung() == Rung.FREEZE;
        boolean thawed = rung != Rung.FREEZE && standing.rung() == Rung.FREEZE;
        long restNs = Math.max(REST_LEAST_NS, standing.since(nowNs).toNanos() / REST_SHARE);
        standing = new Standing(rung, goesOn ? standing.sinceNs() : nowNs, rung == Rung.FREE ? Long.MAX_VALUE : nowNs + atMost.toNanos(),
                rung == Rung.FREE || rung == standing.rung() ? standing.times() : standing.times() + 1,
                goesOn ? standing.held() : standing.heldInAll(nowNs), standing.told(), thawed ? nowNs + restNs : standing.restUntilNs());
    }

    private void cancel() {
        if (bound != null) {
            bound.cancel(false);
            end.cancel(false);
            bound = null;
            end = null;
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
