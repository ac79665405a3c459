package io.agentcgroup.gateway.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration, checked: a value out of range is told and replaced by the default, because a gateway that does not
 * start for a typing error would leave all calls without a domain.
 */
record GatewaySettings(int connectionsOfSession, int connectionsOfUser, int workers) {

    /** Agents run a handful of calls at once; a build that runs its steps by a shell has one for each of its jobs. */
    static final int CONNECTIONS_OF_SESSION = 1024;
    static final int CONNECTIONS_OF_USER = 4096;
    /** A worker waits for the kernel now and then (a limit below the use reclaims at once); others go on meanwhile. */
    static final int WORKERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(GatewaySettings.class);
    private static final int MOST_CONNECTIONS = 65_536;
    private static final int MOST_WORKERS = 64;

    static GatewaySettings of(GatewayConfig config) {
        return new GatewaySettings(
                checked("connections.session", config.connections_session(), MOST_CONNECTIONS, CONNECTIONS_OF_SESSION),
                checked("connections.user", config.connections_user(), MOST_CONNECTIONS, CONNECTIONS_OF_USER),
                checked("workers", config.workers(), MOST_WORKERS, WORKERS));
    }

    private static int checked(String name, int value, int most, int otherwise) {
        if (value >= 1 && value <= most) {
            return value;
        }
        LOG.error("{} of io.agentcgroup.gateway is 1 to {}, not {}; {} is used", name, most, value, otherwise);
        return otherwise;
    }
}
