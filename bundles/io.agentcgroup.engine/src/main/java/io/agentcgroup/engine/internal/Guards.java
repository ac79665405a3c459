package io.agentcgroup.engine.internal;

import io.agentcgroup.api.engine.PluginStatus.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The services of one kind that are there, in ranking order, each with its record. One that goes and comes again starts anew.
 *
 * @param <T> the service
 */
final class Guards<T> {

    private final Supplier<List<T>> services;
    private final Kind kind;
    private final Clocks clocks;
    private final int mostFaults;
    /** What {@link #services} said when {@link #known} was made. */
    private volatile List<T> seen = List.of();
    private volatile List<Guarded<T>> known = List.of();

    Guards(Supplier<List<T>> services, Kind kind, Clocks clocks, int mostFaults) {
        this.services = services;
        this.kind = kind;
        this.clocks = clocks;
        this.mostFaults = mostFaults;
    }

    /** @return all, the first to be asked first */
    List<Guarded<T>> all() {
        List<T> now = services.get();
        if (now != seen) {
            update(now);
        }
        return known;
    }

    /** @return the first that may be asked */
    Optional<Guarded<T>> first() {
        for (Guarded<T> candidate : all()) {
            if (candidate.open()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private synchronized void update(List<T> now) {
        List<Guarded<T>> updated = new ArrayList<>();
        for (T service : now) {
            updated.add(of(service));
        }
        known = List.copyOf(updated);
        seen = now;
    }

    /** By identity: what equals what is a plug-in's own code. */
    private Guarded<T> of(T service) {
        for (Guarded<T> one : known) {
            if (one.service() == service) {
                return one;
            }
        }
        return new Guarded<>(service, kind, clocks, mostFaults);
    }
}
