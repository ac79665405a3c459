package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Non-blocking Unix stream sockets, by descriptor. */
public final class UnixSocket {

    /** {@code sizeof(sun_path)}, less the terminator. */
    public static final int LONGEST_PATH_BYTES = 107;

    /** Nothing could be sent or received now; try again when the descriptor is ready. */
    static final int NOT_NOW = -1;

    /** Hundreds of shims may connect in the same moment; the kernel bounds this by {@code net.core.somaxconn}. */
    private static final int BACKLOG = 1024;
    private static final int SUN_PATH_OFFSET = 2;

    private UnixSocket() {
    }

    /**
     * @return a listening socket at that path, which must not exist
     * @throws IOException if the path is too long or the kernel refuses
     */
    public static int listen(Path path) throws IOException {
        byte[] address = address(path);
        int fd = check(socket(), "socket");
        try {
            check(Libc.bind(fd, address, address.length), "bind " + path);
            check(Libc.listen(fd, BACKLOG), "listen " + path);
            return fd;
        } catch (IOException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** @return a connection to the socket at that path */
    public static int connect(Path path) throws IOException {
        byte[] address = address(path);
        int fd = check(socket(), "socket");
        try {
            check(Libc.connect(fd, address, address.length), "connect " + path);
            return fd;
        } catch (IOException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** @return whether somebody listens at that path */
    static boolean isServed(Path path) throws IOException {
        try {
            close(connect(path));
            return true;
        } catch (ErrnoException e) {
            // A full backlog, too, is somebody who listens.
            return e.errno() == Libc.EAGAIN;
        }
    }

    /** @return two connected sockets */
    public static int[] pair() throws IOException {
        int[] two = new int[2];
        check(Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0, two), "socketpair");
        return two;
    }

    /** Closes a descriptor that is ours. */
    public static void close(int fd) {
        Libc.close(fd);
    }

    /** @return a connection, or {@link #NOT_NOW} when there is none to accept */
    static int accept(int listener) throws IOException {
        while (true) {
            int fd = Libc.accept4(listener, Pointer.NULL, Pointer.NULL, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
            if (fd >= 0) {
                return fd;
            }
            switch (Native.getLastError()) {
                case Libc.EAGAIN -> {
                    return NOT_NOW;
                }
                case Libc.EINTR, Libc.ECONNABORTED -> {
                    // The next one, then.
                }
                default -> throw failure("accept");
            }
        }
    }

    static Peer peer(int fd) throws IOException {
        int[] credentials = new int[3];
        check(Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_PEERCRED, credentials,
                new int[] {credentials.length * Integer.BYTES}), "getsockopt SO_PEERCRED");
        return new Peer(credentials[0], credentials[1], credentials[2]);
    }

    /** @return how many bytes came and are to be read from {@code into}, 0 at the end of the stream, or {@link #NOT_NOW} */
    static int receive(int fd, DirectMemory into) throws IOException {
        while (true) {
            long count = Libc.recv(fd, into.pointer(), into.bytes(), 0);
            if (count >= 0) {
                into.buffer().clear().limit((int) count);
                return (int) count;
            }
            int errno = Native.getLastError();
            if (errno == Libc.EAGAIN) {
                return NOT_NOW;
            }
            if (errno != Libc.EINTR) {
                throw failure("recv");
            }
        }
    }

    /** @return how many bytes went, or {@link #NOT_NOW} */
    static int send(int fd, byte[] bytes) throws IOException {
        while (true) {
            long count = Libc.send(fd, bytes, bytes.length, Libc.MSG_NOSIGNAL);
            if (count >= 0) {
                return (int) count;
            }
            if (!retry("send")) {
                return NOT_NOW;
            }
        }
    }

    /** @return whether the call was interrupted; false when the peer must read first */
    static boolean retry(String call) throws IOException {
        return switch (Native.getLastError()) {
            case Libc.EINTR -> true;
            case Libc.EAGAIN -> false;
            default -> throw failure(call);
        };
    }

    static int check(int result, String call) throws IOException {
        if (result < 0) {
            throw failure(call);
        }
        return result;
    }

    static IOException failure(String call) {
        int errno = Native.getLastError();
        return new ErrnoException(errno, call + ": " + Libc.strerror(errno));
    }

    private static int socket() {
        return Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
    }

    /** @return {@code struct sockaddr_un} */
    private static byte[] address(Path path) throws IOException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length > LONGEST_PATH_BYTES) {
            throw new IOException("the path of a socket has at most " + LONGEST_PATH_BYTES + " bytes: " + path);
        }
        byte[] address = new byte[SUN_PATH_OFFSET + name.length + 1];
        address[0] = Libc.AF_UNIX;
        System.arraycopy(name, 0, address, SUN_PATH_OFFSET, name.length);
        return address;
    }

    /** A system call failed. */
    static final class ErrnoException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int errno;

        ErrnoException(int errno, String message) {
            super(message);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }
}
