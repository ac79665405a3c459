package io.agentcgroup.cgroup.internal;

import com.sun.jna.Memory;

/** {@code poll(2)} on one descriptor. */
final class Poll {

    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;

    private Poll() {
    }

    /** @return whether the kernel said something of priority about it within the time */
    static boolean awaitPriority(int fd, int timeoutMs) {
        Memory pollfd = new Memory(POLLFD_BYTES);
        pollfd.setInt(0, fd);
        pollfd.setShort(EVENTS_OFFSET, Libc.POLLPRI);
        pollfd.setShort(EVENTS_OFFSET + 2, (short) 0);
        int ready = Libc.poll(pollfd, 1, timeoutMs);
        if (ready < 0 && Libc.errno() != Libc.EINTR) {
            throw Failures.last("poll");
        }
        return ready != 0;
    }
}
