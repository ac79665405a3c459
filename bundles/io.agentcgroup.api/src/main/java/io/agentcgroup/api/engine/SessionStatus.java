package io.agentcgroup.api.engine;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.Usage;
import java.util.OptionalLong;

/**
 * A session as it is now.
 *
 * @param usage of the whole session
 * @param agentUsage of {@code agent/}
 * @param backgroundUsage of {@code background/}: what calls left running
 * @param backgroundLimitBytes what {@code background/} may use; empty where nothing bounds it
 * @param backgroundProcesses how many processes live in {@code background/}
 * @param serviceProcesses how many processes live in {@code services/}
 * @param runningCalls how many calls run
 * @param endedCalls how many have ended since the daemon started
 */
public record SessionStatus(Session session, Usage usage, DomainEvents events, Usage agentUsage, Usage backgroundUsage,
        OptionalLong backgroundLimitBytes, int backgroundProcesses, int serviceProcesses, int runningCalls, long endedCalls) {
}
