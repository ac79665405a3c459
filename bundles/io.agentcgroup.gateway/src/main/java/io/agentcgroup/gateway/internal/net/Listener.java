package io.agentcgroup.gateway.internal.net;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound socket: accepts, counts and starts a conversation with each client. */
public final class Listener implements EventLoop.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** Out of descriptors: a client may go away meanwhile, and asking at once would only burn CPU. */
    private static final long NO_DESCRIPTORS_PAUSE_MS = 100;

    /** Whoever connects without end must not keep the thread from those who are connected, nor from seeing the end of others. */
    private static final int ACCEPTS_A_TURN = 16;

    /** Begins what is to be said to a new client. On the loop's thread. */
    public interface Greeter {

        /** @return the conversation with a client */
        Conversation greet(Connection connection);

        /** @return the conversation with a client who is one too many, for that reason */
        Conversation refuse(Connection connection, String reason);
    }

    private final EventLoop loop;
    private final int fd;
    private final ConnectionBounds bounds;
    private final Greeter greeter;
    private final Set<Connection> connections = new HashSet<>();
    private boolean closed;

    private Listener(EventLoop loop, int fd, ConnectionBounds bounds, Greeter greeter) {
        this.loop = loop;
        this.fd = fd;
        this.bounds = bounds;
        this.greeter = greeter;
    }

    /** Serves a listening socket, which it takes over. Any thread. */
    static Listener start(EventLoop loop, int fd, ConnectionBounds bounds, Greeter greeter) throws IOException {
        Listener listener = new Listener(loop, fd, bounds, greeter);
        loop.add(fd, listener);
        return listener;
    }

    /** Accepts no more; connections that stand go on. Any thread. */
    void close() {
        loop.execute(this::closeNow);
    }

    /** Ends the connections that stand, as if the daemon went away. Any thread. */
    void stopConnections() {
        loop.execute(() -> List.copyOf(connections).forEach(Connection::stopped));
    }

    @Override
    public void stopped() {
        closeNow();
    }

    @Override
    public void ready(boolean readable, boolean writable, boolean hungUp) {
        try {
            int accepted;
            // Whoever has asked already goes before those who have not: they are told of in the next round.
            for (int i = 0; i < ACCEPTS_A_TURN && !closed && !loop.hasWork() && (accepted = UnixSocket.accept(fd)) != UnixSocket.NOT_NOW; i++) {
                serve(accepted);
            }
        } catch (UnixSocket.ErrnoException e) {
            pause(e);
        } catch (IOException e) {
            LOG.error("A socket accepts no more", e);
            closeNow();
        }
    }

    private void serve(int accepted) {
        Peer peer;
        try {
            peer = UnixSocket.peer(accepted);
        } catch (IOException e) {
            LOG.warn("A client without credentials is not served", e);
            UnixSocket.close(accepted);
            return;
        }
        ConnectionBounds.Admission admission = bounds.enter(this, peer.uid());
        if (admission == ConnectionBounds.Admission.DROP) {
            UnixSocket.close(accepted);
            return;
        }
        start(accepted, peer, admission);
    }

    private void start(int accepted, Peer peer, ConnectionBounds.Admission admission) {
        Connection connection = new Connection(loop, accepted, peer, this::closed);
        connections.add(connection);
        connection.begin(admission == ConnectionBounds.Admission.SERVE
                ? greeter.greet(connection)
                : greeter.refuse(connection, bounds.reason(this, peer.uid()).orElse("too many calls at once")));
    }

    private void closed(Connection connection) {
        connections.remove(connection);
        bounds.leave(this, connection.peer().uid());
    }

    private void pause(UnixSocket.ErrnoException failure) {
        LOG.error("No client can connect for {} ms: {}", NO_DESCRIPTORS_PAUSE_MS, failure.getMessage());
        try {
            loop.change(fd, 0);
            loop.deadlines().add(NO_DESCRIPTORS_PAUSE_MS, this::goOn);
        } catch (IOException e) {
            LOG.error("A socket accepts no more", e);
            closeNow();
        }
    }

    private void goOn() {
        try {
            if (!closed) {
                loop.change(fd, Libc.EPOLLIN);
            }
        } catch (IOException e) {
            LOG.error("A socket accepts no more", e);
            closeNow();
        }
    }

    private void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            loop.remove(fd);
        } catch (IOException e) {
            LOG.debug("A socket was not waited for: {}", e.getMessage());
        }
        UnixSocket.close(fd);
    }
}
