package io.agentcgroup.api;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One agent on this host: its budget and whose it is.
 *
 * @param name unique on this host
 * @param priority whose work matters more
 * @param uid the user who may open calls in it
 * @param gid that user's group
 * @param memoryBudgetBytes what the agent and all its calls may use together; empty: bounded by the host's budget only
 * @param pidsBudget how many processes the agent and all its calls may have together; empty: bounded by the host only
 * @param leftovers what becomes of what calls leave running
 * @param created when it was first opened
 */
public record Session(SessionName name, Priority priority, int uid, int gid, OptionalLong memoryBudgetBytes,
        OptionalLong pidsBudget, LeftoverPolicy leftovers, Instant created) {
}
