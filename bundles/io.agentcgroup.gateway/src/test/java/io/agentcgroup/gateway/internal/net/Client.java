package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A blocking client as a shim is one: its own descriptors, received messages and received descriptors. */
public final class Client implements AutoCloseable {

    private static final int CONTROL_BYTES = 64;
    private static final int SHUT_WR = 1;

    private final int fd;
    private final MessageReader reader = new MessageReader();
    private final DirectMemory memory = new DirectMemory(56 + 16 + CONTROL_BYTES + 65536);
    private ByteBuffer unread = ByteBuffer.allocate(0);
    private int receivedDescriptor = -1;

    public Client(Path socket) throws IOException {
        fd = UnixSocket.check(Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0), "socket");
        byte[] name = socket.toString().getBytes(StandardCharsets.UTF_8);
        byte[] address = new byte[name.length + 3];
        address[0] = Libc.AF_UNIX;
        System.arraycopy(name, 0, address, 2, name.length);
        ReceiveTimeout.set(fd);
        if (Libc.connect(fd, address, address.length) < 0) {
            IOException failure = UnixSocket.failure("connect " + socket);
            Libc.close(fd);
            throw failure;
        }
    }

    /** @return false when the other side has hung up */
    public boolean write(byte[] bytes) {
        return Libc.send(fd, bytes, bytes.length, Libc.MSG_NOSIGNAL) == bytes.length;
    }

    /** Says no more, and listens on. */
    public void endWords() {
        Libc.shutdown(fd, SHUT_WR);
    }

    /** @return the next message, null at the end of the stream */
    public Message read() throws IOException {
        try {
            while (true) {
                Message message = reader.next(unread);
                if (message != null) {
                    return message;
                }
                int count = receive();
                if (count <= 0) {
                    return null;
                }
            }
        } catch (MalformedMessageException e) {
            throw new IOException(e);
        }
    }

    /** @return the descriptor that came since the last time, -1 for none; the caller's from now on */
    public int takeDescriptor() {
        int taken = receivedDescriptor;
        receivedDescriptor = -1;
        return taken;
    }

    private int receive() {
        int iovec = 56;
        int control = iovec + 16;
        int data = control + CONTROL_BYTES;
        ByteBuffer fields = memory.buffer().clear();
        fields.putLong(0, 0).putLong(8, 0).putLong(16, memory.address(iovec)).putLong(24, 1);
        fields.putLong(32, memory.address(control)).putLong(40, CONTROL_BYTES).putLong(48, 0);
        fields.putLong(iovec, memory.address(data)).putLong(iovec + 8, 65536);
        long count = Libc.recvmsg(fd, memory.pointer(), Libc.MSG_CMSG_CLOEXEC);
        if (count > 0) {
            if (fields.getLong(40) >= 20) {
                receivedDescriptor = fields.getInt(control + 16);
            }
            byte[] bytes = new byte[(int) count];
            fields.get(data, bytes);
            unread = ByteBuffer.wrap(bytes);
        }
        return (int) count;
    }

    public static void closeDescriptor(int descriptor) {
        Libc.close(descriptor);
    }

    public static int openDirectory(Path path) throws IOException {
        int opened = OpenCalls.open(path.toString(), 0200000 | 02000000 | 010000000);
        return UnixSocket.check(opened, "open " + path);
    }

    @Override
    public void close() {
        Libc.close(fd);
    }

    /** So that a test that waits for nothing fails instead of hanging. */
    private static final class ReceiveTimeout {
        private static final int SO_RCVTIMEO = 20;
        private static final long[] TIMEVAL = {20, 0};

        static {
            Native.register(ReceiveTimeout.class, "c");
        }

        static native int setsockopt(int fd, int level, int option, long[] value, int length);

        static void set(int fd) throws IOException {
            UnixSocket.check(setsockopt(fd, Libc.SOL_SOCKET, SO_RCVTIMEO, TIMEVAL, 16), "setsockopt SO_RCVTIMEO");
        }
    }

    private static final class OpenCalls {
        static {
            Native.register(OpenCalls.class, "c");
        }

        static native int open(String path, int flags);
    }
}
