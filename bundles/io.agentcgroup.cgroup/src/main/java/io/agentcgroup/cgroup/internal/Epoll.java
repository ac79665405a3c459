package io.agentcgroup.cgroup.internal;

import com.sun.jna.Memory;
import com.sun.jna.Platform;
import java.util.ArrayList;
import java.util.List;

/** {@code epoll(7)} and the layout of its events. */
final class Epoll {

    private static final int MOST_EVENTS = 64;
    private static final int FOREVER = -1;

    /** {@code struct epoll_event} is packed on x86-64 only. */
    private static final int TOKEN_OFFSET = Platform.isIntel() ? 4 : 8;
    private static final int EVENT_BYTES = TOKEN_OFFSET + 8;

    private Epoll() {
    }

    /** What happened to the descriptor that was added with that token. */
    record Ready(long token, int events) {
    }

    static void add(int epoll, int fd, int events, long token) {
        Memory event = new Memory(EVENT_BYTES);
        event.setInt(0, events);
        event.setLong(TOKEN_OFFSET, token);
        if (Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD, fd, event) != 0) {
            throw Failures.last("epoll_ctl");
        }
    }

    /** Waits on one thread. */
    static final class Waiter {

        private final int epoll;
        private final Memory buffer = new Memory((long) MOST_EVENTS * EVENT_BYTES);

        Waiter(int epoll) {
            this.epoll = epoll;
        }

        /** @return what happened, at least one event unless a signal came */
        List<Ready> await() {
            int count = Libc.epoll_wait(epoll, buffer, MOST_EVENTS, FOREVER);
            if (count < 0 && Libc.errno() != Libc.EINTR) {
                throw Failures.last("epoll_wait");
            }
            List<Ready> ready = new ArrayList<>(Math.max(count, 0));
            for (int i = 0; i < count; i++) {
                long at = (long) i * EVENT_BYTES;
                ready.add(new Ready(buffer.getLong(at + TOKEN_OFFSET), buffer.getInt(at)));
            }
            return ready;
        }
    }
}
