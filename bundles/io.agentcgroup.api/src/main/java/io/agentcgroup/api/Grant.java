package io.agentcgroup.api;

import java.util.OptionalLong;

/**
 * What a policy lets a call have.
 *
 * @param limits the values for the call's domain
 * @param placement where the call is born
 * @param expectedBytes the memory that is counted on for it, by which room at the gate is reckoned; never less than what it uses. Empty:
 *         only what it uses counts
 * @param policy the name of the policy that decided
 * @param reason one sentence for people: why these values
 */
public record Grant(Limits limits, Placement placement, OptionalLong expectedBytes, String policy, String reason) {

    /** Counts for what it uses. */
    public Grant(Limits limits, Placement placement, String policy, String reason) {
        this(limits, placement, OptionalLong.empty(), policy, reason);
    }
}
