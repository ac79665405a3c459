package io.agentcgroup.systemd.internal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A datagram socket, as systemd has one for each service. */
final class SystemdListener implements AutoCloseable {

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long PATIENCE_S = 10;

    private final int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);

    static final class Calls {

        static {
            Native.register(Calls.class, NativeLibrary.getInstance("c"));
        }

        private Calls() {
        }

        static native int bind(int fd, byte[] address, int length);

        static native long recv(int fd, byte[] buffer, long length, int flags);

        static native int setsockopt(int fd, int level, int option, long[] value, int length);
    }

    SystemdListener(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (path.startsWith("@")) {
            name[0] = 0;
        }
        byte[] address = ByteBuffer.allocate(Short.BYTES + name.length).order(ByteOrder.nativeOrder()).putShort((short) Libc.AF_UNIX).put(name).array();
        if (fd < 0 || Calls.bind(fd, address, address.length) != 0
                || Calls.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, new long[] {PATIENCE_S, 0}, 2 * Long.BYTES) != 0) {
            throw new AssertionError(path + ": " + Libc.strerror(Native.getLastError()));
        }
    }

    /** @return the next datagram, waiting for it */
    String receive() {
        return receive(0).orElseThrow(() -> new AssertionError("nothing comes: " + Libc.strerror(Native.getLastError())));
    }

    /** @return the next datagram, if it is there */
    Optional<String> poll() {
        return receive(Libc.MSG_DONTWAIT);
    }

    private Optional<String> receive(int flags) {
        byte[] buffer = new byte[256];
        long length = Calls.recv(fd, buffer, buffer.length, flags);
        return length < 0 ? Optional.empty() : Optional.of(new String(buffer, 0, (int) length, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        Libc.close(fd);
    }
}
