package io.agentcgroup.engine.internal;

import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/**
 * Where a policy stands: the one that is wanted first, then by service ranking.
 *
 * @param chosen whether it is wanted
 */
record PolicyRank(boolean chosen, ServiceReference<?> reference) implements Comparable<PolicyRank> {

    /** Service property by which a policy is named. */
    static final String PROPERTY = "agentcgroup.policy";
    /** Set by Declarative Services; a bundle with several policies has one name for each. */
    private static final String COMPONENT = "component.name";

    static PolicyRank of(ServiceReference<?> reference, Optional<String> wanted) {
        return new PolicyRank(wanted.filter(name -> goesBy(reference, name)).isPresent(), reference);
    }

    /** @return what the policy is called wherever it is remembered: the same after a restart */
    static String key(ServiceReference<?> reference) {
        return named(reference, PROPERTY).or(() -> named(reference, COMPONENT)).orElseGet(() -> bundle(reference));
    }

    /** @return whether somebody who says that name means this policy */
    static boolean goesBy(ServiceReference<?> reference, String name) {
        return key(reference).equals(name) || named(reference, COMPONENT).filter(name::equals).isPresent() || bundle(reference).equals(name);
    }

    private static Optional<String> named(ServiceReference<?> reference, String property) {
        return reference.getProperty(property) instanceof String name && !name.isBlank() ? Optional.of(name) : Optional.empty();
    }

    private static String bundle(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "" : String.valueOf(bundle.getSymbolicName());
    }

    @Override
    public int compareTo(PolicyRank other) {
        return chosen == other.chosen ? reference.compareTo(other.reference) : Boolean.compare(chosen, other.chosen);
    }
}
