package io.agentcgroup.api.engine;

import java.time.Instant;
import java.util.Optional;

/**
 * A policy or an intent provider, as the engine sees it.
 *
 * @param kind which of the two
 * @param name what it calls itself
 * @param implementation its class, as a key for people
 * @param ranking 1 for the first that is asked of its kind
 * @param inUse whether it is asked: a policy when it is the first that is not fenced, a provider when it is not fenced
 * @param faults how often it threw, took too long or answered nonsense
 * @param lastFault the last of these, in words
 * @param fenced since when it is not asked any more; empty while it is. A bundle that is started anew is asked again
 * @param calls how often it was asked
 * @param tookUs for all its answers together, microseconds: divided by {@code calls}, the mean
 * @param slowestUs the longest that it took to answer, microseconds
 */
public record PluginStatus(Kind kind, String name, String implementation, int ranking, boolean inUse, long faults,
        Optional<String> lastFault, Optional<Instant> fenced, long calls, long tookUs,
        long slowestUs) {

    /** What it is for. */
    public enum Kind {
        /** An {@link io.agentcgroup.api.policy.AdaptivePolicy}. */
        POLICY,
        /** An {@link io.agentcgroup.api.intent.IntentProvider}. */
        INTENT
    }
}
