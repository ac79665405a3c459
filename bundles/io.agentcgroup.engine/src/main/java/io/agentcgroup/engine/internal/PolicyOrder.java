package io.agentcgroup.engine.internal;

import io.agentcgroup.api.policy.AdaptivePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.ServiceReference;

/** The policies that are there, in the order in which they are asked. Reading takes no lock. */
final class PolicyOrder {

    /** Guarded by this. The first to be asked is the last. */
    private final TreeMap<PolicyRank, AdaptivePolicy> byRank = new TreeMap<>();
    /** Guarded by this. */
    private Optional<String> wanted = Optional.empty();
    private volatile List<AdaptivePolicy> inOrder = List.of();

    synchronized void add(ServiceReference<?> reference, AdaptivePolicy policy) {
        byRank.put(PolicyRank.of(reference, wanted), policy);
        inOrder = List.copyOf(byRank.descendingMap().values());
    }

    synchronized void remove(ServiceReference<?> reference) {
        // By itself: of a bundle that is gone the rank could not be told any more.
        byRank.keySet().removeIf(rank -> rank.reference().equals(reference));
        inOrder = List.copyOf(byRank.descendingMap().values());
    }

    /** @param policy goes before all others while it is there */
    synchronized void prefer(Optional<String> policy) {
        Map<PolicyRank, AdaptivePolicy> before = Map.copyOf(byRank);
        wanted = policy;
        byRank.clear();
        before.forEach((rank, service) -> byRank.put(PolicyRank.of(rank.reference(), wanted), service));
        inOrder = List.copyOf(byRank.descendingMap().values());
    }

    /** @return the first to be asked first */
    List<AdaptivePolicy> inOrder() {
        return inOrder;
    }

    /** @return the keys of all, the first to be asked first */
    synchronized List<String> keys() {
        return byRank.descendingKeySet().stream().map(rank -> PolicyRank.key(rank.reference())).toList();
    }

    /** @return the key of the first that goes by this name, or is of this class */
    synchronized Optional<String> key(String name, Optional<String> implementation) {
        return byRank.descendingMap().entrySet().stream()
                .filter(one -> PolicyRank.goesBy(one.getKey().reference(), name)
                        || implementation.filter(one.getValue().getClass().getName()::equals).isPresent())
                .map(one -> PolicyRank.key(one.getKey().reference())).findFirst();
    }
}
