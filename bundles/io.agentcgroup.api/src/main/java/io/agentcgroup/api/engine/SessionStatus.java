package io.agentcgroup.api.engine;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.Usage;

/**
 * A session as it is now.
 *
 * @param usage of the whole session
 * @param agentUsage of {@code agent/}
 * @param backgroundProcesses how many processes live in {@code background/}
 * @param serviceProcesses how many processes live in {@code services/}
 * @param runningCalls how many calls run
 * @param endedCalls how many have ended since the daemon started
 */
public record SessionStatus(Session session, Usage usage, DomainEvents events, Usage agentUsage, int backgroundProcesses,
        int serviceProcesses, int runningCalls, long endedCalls) {
}
