package io.agentcgroup.engine.internal;

import org.osgi.framework.ServiceReference;

/**
 * Where a policy stands: the one that the operator names first, then by service ranking.
 *
 * @param chosen whether the operator named it
 */
record PolicyRank(boolean chosen, ServiceReference<?> reference) implements Comparable<PolicyRank> {

    /** Service property by which a policy is named in the engine's configuration. */
    static final String PROPERTY = "agentcgroup.policy";

    static PolicyRank of(ServiceReference<?> reference, String wanted) {
        return new PolicyRank(wanted.equals(reference.getProperty(PROPERTY)), reference);
    }

    @Override
    public int compareTo(PolicyRank other) {
        return chosen == other.chosen ? reference.compareTo(other.reference) : Boolean.compare(chosen, other.chosen);
    }
}
