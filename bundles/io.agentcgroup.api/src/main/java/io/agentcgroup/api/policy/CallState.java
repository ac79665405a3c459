package io.agentcgroup.api.policy;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Standing;
import java.util.OptionalLong;

/**
 * A running call at one moment.
 *
 * @param id its id
 * @param grant what it has now
 * @param beganNs when it was granted, on {@code CLOCK_MONOTONIC}
 * @param memoryBytes what it uses; empty where the kernel does not say
 * @param highestBytes the most that was seen of it; 0 when nothing was
 * @param growthBytesPerS how fast it grows, over the last looks; negative when it shrinks
 * @param standing where it stands on the ladder
 * @param phase how far its life has come
 */
public record CallState(CallId id, Grant grant, long beganNs, OptionalLong memoryBytes, long highestBytes, long growthBytesPerS,
        Standing standing, Phase phase) {

    /** How far a call's life has come. */
    public enum Phase {
        /** Its command runs. */
        RUNS,
        /** Its command has exited, and only what it left behind runs: perhaps for hours. */
        LEFTOVERS,
        /** It was told to end, and the kernel is about to take back what it holds. */
        IS_ENDED
    }

    /**
     * As before version 1.3: a policy's own tests may make such states.
     *
     * @param ending whether only leftovers of it run
     */
    public CallState(CallId id, Grant grant, long beganNs, OptionalLong memoryBytes, long highestBytes, long growthBytesPerS, Standing standing,
            boolean ending) {
        this(id, grant, beganNs, memoryBytes, highestBytes, growthBytesPerS, standing, ending ? Phase.LEFTOVERS : Phase.RUNS);
    }

    /** @return whether it is being ended, or only leftovers of it run */
    public boolean ending() {
        return phase != Phase.RUNS;
    }

    /** @return what counts for it at the gate: what was expected of it, or what it uses if that is more */
    public long countedBytes() {
        return Math.max(grant.expectedBytes().orElse(0), memoryBytes.orElse(0));
    }
}
