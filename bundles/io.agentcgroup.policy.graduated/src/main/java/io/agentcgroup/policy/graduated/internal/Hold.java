package io.agentcgroup.policy.graduated.internal;

/** How hard a call is to be held back now. */
enum Hold {
    /** It may grow. */
    NONE,
    /** Others go first: slower, then slower still. */
    TURN,
    /** What is left is kept for others: stopped. */
    STOP
}
