package io.agentcgroup.api;

import java.time.Duration;

/**
 * What becomes of processes that a call leaves running when its leader has exited.
 *
 * @param mode what to do with them
 * @param keepFor how long {@link Mode#KEEP} lets them stay in the call's own domain before they are ended; ignored by
 *         the other modes
 */
public record LeftoverPolicy(Mode mode, Duration keepFor) {

    /** What to do with leftovers. */
    public enum Mode {
        /** Move them into the session's {@code background/}, which has a budget of its own. */
        ADOPT,
        /** Leave them in the call's domain, under the call's limits, until a deadline. */
        KEEP,
        /** End them. */
        REAP
    }

    /** Adopt: a server that the agent started on purpose goes on, within the background budget. */
    public static final LeftoverPolicy DEFAULT = new LeftoverPolicy(Mode.ADOPT, Duration.ZERO);
}
