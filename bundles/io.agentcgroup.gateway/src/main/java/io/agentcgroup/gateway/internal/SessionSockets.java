package io.agentcgroup.gateway.internal;

import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.gateway.internal.call.CallGreeter;
import io.agentcgroup.gateway.internal.net.RunFolder;
import io.agentcgroup.gateway.internal.net.Server;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket for each open session. Thread-safe. */
final class SessionSockets implements SessionListener {

    private static final Logger LOG = LoggerFactory.getLogger(SessionSockets.class);

    /** The session's user and his group; nobody else. */
    private static final Set<PosixFilePermission> RIGHTS = PosixFilePermissions.fromString("rw-rw----");

    private final Server server;
    private final Supplier<Optional<ToolCalls>> engine;
    private final Executor workers;
    private final Map<SessionName, Served> served = new HashMap<>();

    private record Served(Session session, Server.Socket socket) {
    }

    SessionSockets(Server server, Supplier<Optional<ToolCalls>> engine, Executor workers) {
        this.server = server;
        this.engine = engine;
        this.workers = workers;
    }

    @Override
    public void sessionOpened(Session session) {
        socketOf(session);
    }

    @Override
    public void sessionClosed(Session session) {
        Served closed;
        synchronized (this) {
            closed = served.remove(session.name());
        }
        if (closed != null) {
            closed.socket().close();
        }
    }

    /** @return the path of the session's socket, which is made if it is missing; empty when it cannot be made */
    synchronized Optional<String> socketOf(Session session) {
        Served standing = served.get(session.name());
        if (standing != null && standing.session().uid() == session.uid() && standing.session().gid() == session.gid()) {
            return Optional.of(standing.socket().path().toString());
        }
        if (standing != null) {
            standing.socket().close();
        }
        try {
            Served made = new Served(session, bind(session));
            served.put(session.name(), made);
            return Optional.of(made.socket().path().toString());
        } catch (IOException e) {
            served.remove(session.name());
            LOG.error("Session {} has no socket, its calls run without a domain: {}", session.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private Server.Socket bind(Session session) throws IOException {
        String name = session.name().value();
        if (name.equals(RunFolder.CONTROL)) {
            throw new IOException("the name \"" + name + "\" belongs to the administration's socket");
        }
        return server.serve(name, RIGHTS, session.uid(), session.gid(), new CallGreeter(session.name(), engine, workers));
    }

    /** Ends the connections of all sessions, as if the daemon went away: their shims resume. */
    synchronized void stopConnections() {
        served.values().forEach(each -> each.socket().stopConnections());
    }
}
