package io.agentcgroup.api;

/**
 * What a policy lets a call have.
 *
 * @param limits the values for the call's domain
 * @param placement where the call is born
 * @param policy the name of the policy that decided
 * @param reason one sentence for people: why these values
 */
public record Grant(Limits limits, Placement placement, String policy, String reason) {
}
