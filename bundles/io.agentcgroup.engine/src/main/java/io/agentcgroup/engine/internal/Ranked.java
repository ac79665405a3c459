package io.agentcgroup.engine.internal;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Services that come and go, in ranking order. Reading takes no lock.
 *
 * @param <K> what they are ordered by, ascending; the last is the first to be asked, as with service references
 * @param <T> the services
 */
final class Ranked<K extends Comparable<? super K>, T> {

    private final NavigableMap<K, T> byRank = new TreeMap<>();
    private volatile List<T> inOrder = List.of();

    synchronized void add(K rank, T service) {
        byRank.put(rank, service);
        inOrder = List.copyOf(byRank.descendingMap().values());
    }

    synchronized void remove(K rank) {
        byRank.remove(rank);
        inOrder = List.copyOf(byRank.descendingMap().values());
    }

    /** @return the highest ranked first */
    List<T> inOrder() {
        return inOrder;
    }

    Optional<T> first() {
        return inOrder.stream().findFirst();
    }
}
