package io.agentcgroup.gateway.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an operator can set. */
@ObjectClassDefinition(name = "AgentCgroup gateway",
        description = "The Unix sockets over which shims ask for their calls. A change restarts the gateway; running calls go on.")
public @interface GatewayConfig {

    @AttributeDefinition(name = "Connections of a session", min = "1", max = "65536",
            description = "How many calls one session may have connected at once. A call over the bound runs without a domain.")
    int connections_session() default GatewaySettings.CONNECTIONS_OF_SESSION;

    @AttributeDefinition(name = "Connections of a user", min = "1", max = "65536",
            description = "How many calls one user may have connected at once, over all his sessions.")
    int connections_user() default GatewaySettings.CONNECTIONS_OF_USER;

    @AttributeDefinition(name = "Workers", min = "1", max = "64",
            description = "How many threads make domains. Each is idle but for some file operations a call.")
    int workers() default GatewaySettings.WORKERS;

    @AttributeDefinition(name = "Lock memory",
            description = "Keep the daemon's pages in memory once they were used, so that it answers in time when the host runs short.")
    boolean memory_lock() default true;
}
