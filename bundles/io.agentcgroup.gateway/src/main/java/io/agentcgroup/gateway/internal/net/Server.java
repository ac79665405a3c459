package io.agentcgroup.gateway.internal.net;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of a folder and the one thread that serves them. Thread-safe. */
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** Far more administrators than there are; one whose program forgets to close is noticed. */
    private static final int CONNECTIONS_APART = 64;

    private final RunFolder folder;
    private final EventLoop loop;
    private final ConnectionBounds bounds;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * @param connectionsOfSocket how many connections a socket may have at once
     * @param connectionsOfUser how many connections a user may have at once
     * @throws IOException if the folder is not ours to serve
     */
    public Server(Path folder, String threadName, int connectionsOfSocket, int connectionsOfUser) throws IOException {
        this.folder = new RunFolder(folder);
        this.bounds = new ConnectionBounds(connectionsOfSocket, connectionsOfUser);
        this.loop = new EventLoop(threadName);
    }

    /** A socket that is served. */
    public final class Socket {

        private final RunFolder.Bound bound;
        private final Listener listener;

        private Socket(RunFolder.Bound bound, Listener listener) {
            this.bound = bound;
            this.listener = listener;
        }

        /** @return where clients connect */
        public Path path() {
            return bound.path();
        }

        /** Takes the socket away. Connections that stand go on. */
        public void close() {
            if (sockets.remove(this)) {
                folder.unlink(bound);
                listener.close();
            }
        }

        /** Ends the connections that stand, as if the daemon went away. */
        public void stopConnections() {
            listener.stopConnections();
        }
    }

    /** Makes a socket, in place of a stale one, and serves it. */
    public Socket serve(String name, Set<PosixFilePermission> rights, int uid, int gid, Listener.Greeter greeter)
            throws IOException {
        return serve(name, rights, uid, gid, greeter, bounds);
    }

    /** Likewise, but its connections count apart: however many calls root has, root can still reach this socket. */
    public Socket serveApart(String name, Set<PosixFilePermission> rights, int uid, int gid, Listener.Greeter greeter)
            throws IOException {
        return serve(name, rights, uid, gid, greeter, new ConnectionBounds(CONNECTIONS_APART, CONNECTIONS_APART));
    }

    private Socket serve(String name, Set<PosixFilePermission> rights, int uid, int gid, Listener.Greeter greeter,
            ConnectionBounds counted) throws IOException {
        RunFolder.Bound bound = folder.bind(name, rights, uid, gid);
        try {
            Socket socket = new Socket(bound, Listener.start(loop, bound.fd(), counted, greeter));
            sockets.add(socket);
            return socket;
        } catch (IOException e) {
            folder.unlink(bound);
            UnixSocket.close(bound.fd());
            throw e;
        }
    }

    /** Begins a conversation over a socket that is connected already, and takes the descriptor over. */
    public void converse(int fd, Function<Connection, Conversation> greeter) {
        loop.execute(() -> {
            try {
                Connection connection = new Connection(loop, fd, UnixSocket.peer(fd), closed -> { });
                connection.begin(greeter.apply(connection));
            } catch (IOException e) {
                LOG.warn("A connection cannot be served", e);
                UnixSocket.close(fd);
            }
        });
    }

    /** Takes all sockets away first, so that whoever comes now finds none, and then ends the connections. */
    @Override
    public void close() {
        sockets.forEach(Socket::close);
        loop.close();
    }
}
