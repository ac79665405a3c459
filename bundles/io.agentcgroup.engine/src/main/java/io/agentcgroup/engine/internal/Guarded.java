package io.agentcgroup.engine.internal;

import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.PluginStatus.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A policy or an intent provider, and how it has behaved since it came. Thread-safe.
 *
 * @param <T> which of the two
 */
final class Guarded<T> {

    /** What happened longer ago than that is forgiven. */
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final int NEW_CALLS = 20;

    private final T service;
    private final Kind kind;
    private final Clocks clocks;
    private final int mostFaults;
    // Guarded by this.
    private final Deque<Instant> recentFaults = new ArrayDeque<>();
    private volatile String name;
    private volatile boolean named;
    private long faults;
    private long calls;
    private long tookNs;
    private long slowestNs;
    private int stuck;
    private Optional<String> lastFault = Optional.empty();
    private Optional<Instant> fenced = Optional.empty();

    Guarded(T service, Kind kind, Clocks clocks, int mostFaults) {
        this.service = service;
        this.kind = kind;
        this.clocks = clocks;
        this.mostFaults = mostFaults;
        this.name = service.getClass().getName();
    }

    T service() {
        return service;
    }

    Kind kind() {
        return kind;
    }

    /** @return for people, such as {@code policy graduated (io.agentcgroup...)} */
    synchronized String title() {
        String what = kind == Kind.POLICY ? "policy " : "intent provider ";
        String type = service.getClass().getName();
        return name.equals(type) ? what + name : what + name + " (" + type + ")";
    }

    /** @param itself asks it for its name, which is its own code: to be called where that does no harm. @return the name */
    String nameOnce(Supplier<String> itself) {
        if (!named) {
            String said = itself.get();
            synchronized (this) {
                name = said == null ? name : said;
                named = true;
            }
        }
        return name;
    }

    /** @return whether it has been asked for its name; until then it goes by that of its class */
    boolean isNamed() {
        return named;
    }

    /** @return whether it is asked: it is not fenced, and no thread is stuck in it */
    synchronized boolean open() {
        return fenced.isEmpty() && stuck == 0;
    }

    synchronized boolean isFenced() {
        return fenced.isPresent();
    }

    synchronized void answered(long tookNs) {
        calls++;
        this.tookNs += tookNs;
        slowestNs = Math.max(slowestNs, tookNs);
    }

    synchronized void gotStuck() {
        stuck++;
    }

    synchronized void cameBack() {
        stuck--;
    }

    synchronized boolean isStuck() {
        return stuck > 0;
    }

    /** @return whether that was once too often, and it is fenced from now on */
    synchronized boolean fault(String what) {
        Instant now = clocks.now();
        faults++;
        lastFault = Optional.of(what);
        recentFaults.addLast(now);
        while (recentFaults.size() > mostFaults || recentFaults.getFirst().isBefore(now.minus(MEMORY))) {
            recentFaults.removeFirst();
        }
        return recentFaults.size() >= mostFaults && fence();
    }

    /** @return whether it has answered so few times that its code is still being loaded and compiled, which takes its time */
    synchronized boolean isNew() {
        return calls < NEW_CALLS;
    }

    /** @return whether it was not fenced before */
    synchronized boolean fence() {
        if (fenced.isPresent()) {
            return false;
        }
        fenced = Optional.of(clocks.now());
        return true;
    }

    synchronized PluginStatus status(int ranking, boolean inUse) {
        return new PluginStatus(kind, name, service.getClass().getName(), ranking, inUse, faults, lastFault, fenced, calls,
                tookNs / 1_000, slowestNs / 1_000);
    }
}
