package io.agentcgroup.gateway.internal.net;

import io.agentcgroup.gateway.internal.wire.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends a message together with a descriptor ({@code SCM_RIGHTS}). The structures that the kernel reads are laid out once;
 * sending never blocks, so one lock for all is enough.
 */
final class DescriptorSender {

    private static final int IOVEC_BYTES = 16;
    private static final int MSGHDR_BYTES = 56;
    private static final int CMSG_LEN = 20;
    private static final int CMSG_SPACE = 24;

    private static final int IOVEC = MSGHDR_BYTES;
    private static final int CONTROL = IOVEC + IOVEC_BYTES;
    private static final int DATA = CONTROL + CMSG_SPACE;

    private final DirectMemory memory = new DirectMemory(DATA + Protocol.MESSAGE_MAX_BYTES);
    private final ByteBuffer fields = memory.buffer();

    DescriptorSender() {
        // struct msghdr
        fields.putLong(16, memory.address(IOVEC));
        fields.putLong(24, 1);
        fields.putLong(32, memory.address(CONTROL));
        fields.putLong(40, CMSG_SPACE);
        // struct iovec
        fields.putLong(IOVEC, memory.address(DATA));
        // struct cmsghdr
        fields.putLong(CONTROL, CMSG_LEN);
        fields.putInt(CONTROL + 8, Libc.SOL_SOCKET);
        fields.putInt(CONTROL + 12, Libc.SCM_RIGHTS);
    }

    /**
     * @param passed stays open and the caller's; the kernel gives the peer one of his own
     * @return how many bytes went, the descriptor with the first of them, or {@link UnixSocket#NOT_NOW}
     */
    synchronized int send(int fd, byte[] bytes, int passed) throws IOException {
        fields.put(DATA, bytes);
        fields.putLong(IOVEC + 8, bytes.length);
        fields.putInt(CONTROL + 16, passed);
        while (true) {
            long count = Libc.sendmsg(fd, memory.pointer(), Libc.MSG_NOSIGNAL);
            if (count >= 0) {
                return (int) count;
            }
            if (!UnixSocket.retry("sendmsg")) {
                return UnixSocket.NOT_NOW;
            }
        }
    }
}
