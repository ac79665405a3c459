package io.agentcgroup.api;

/** How a running call is held back, from not at all to altogether. Each but {@link #FREE} has a bound in time. */
public enum Rung {
    /** It runs as it was granted. */
    FREE,
    /** Its soft limit is lower, or higher, than the grant's. */
    SOFT_LIMIT,
    /** The kernel slows it down. */
    DELAY,
    /** Its processes are stopped. */
    FREEZE
}
