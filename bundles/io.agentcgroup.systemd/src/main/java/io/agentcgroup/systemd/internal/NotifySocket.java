package io.agentcgroup.systemd.internal;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The socket on which systemd hears from a service, as sd_notify(3) says: one datagram of lines {@code NAME=VALUE}. The JDK has no
 * datagram sockets in the Unix domain.
 */
final class NotifySocket {

    /** {@code sizeof sun_path}. */
    private static final int LONGEST_PATH_BYTES = 108;

    private final String path;
    private final byte[] address;

    /**
     * @param path of the environment: a file, or with {@code @} in front a name in the abstract namespace
     * @throws IllegalArgumentException if it is neither
     */
    NotifySocket(String path) {
        this.path = path;
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        boolean abstractName = path.startsWith("@");
        if (!abstractName && !path.startsWith("/") || name.length >= LONGEST_PATH_BYTES) {
            throw new IllegalArgumentException("no address of a Unix socket: " + path);
        }
        if (abstractName) {
            name[0] = 0;
        }
        // A name in the abstract namespace ends where the address ends, a file's at the byte 0.
        address = ByteBuffer.allocate(Short.BYTES + name.length + (abstractName ? 0 : 1)).order(ByteOrder.nativeOrder())
                .putShort((short) Libc.AF_UNIX).put(name).array();
    }

    /** Never waits: whom nobody reads is told so. */
    void send(String state) throws IOException {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw failure();
        }
        try {
            byte[] message = state.getBytes(StandardCharsets.UTF_8);
            if (Libc.sendto(fd, message, message.length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT, address, address.length) != message.length) {
                throw failure();
            }
        } finally {
            Libc.close(fd);
        }
    }

    private IOException failure() {
        return new IOException(path + ": " + Libc.strerror(Native.getLastError()));
    }
}
