package io.agentcgroup.bpf.internal;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLoader.EventHandler;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfMapType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears all ring buffers: one thread that sleeps in epoll until the kernel has something. Started with the first ring buffer.
 */
final class EventThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventThread.class);

    private static final int MOST_READY = 16;
    private static final int FOREVER = -1;
    /** {@code struct epoll_event} is packed on x86-64 only. */
    private static final int TOKEN_OFFSET = Platform.isIntel() ? 4 : 8;
    private static final int EVENT_BYTES = TOKEN_OFFSET + 8;

    /** What epoll gives back for the descriptor that ends the thread; ring buffers count on from here. */
    private static final long STOP_TOKEN = 0;

    private final BpfLibrary library;
    /** Guards what is below; not held while handlers run. */
    private final Object lock = new Object();
    private final Map<Long, RingBuffer> buffers = new HashMap<>();
    private long lastToken = STOP_TOKEN;
    private int epoll = -1;
    private int stop = -1;
    private Thread thread;
    private boolean closed;

    EventThread(BpfLibrary library) {
        this.library = library;
    }

    /** Begins to hear a ring buffer. */
    RingBuffer add(BpfMap map, EventHandler handler) {
        if (map.type() != BpfMapType.RINGBUF) {
            throw new IllegalArgumentException("map " + map.name() + " is no ring buffer, but of type " + map.type());
        }
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the BPF loader is closed");
            }
            start();
            long token = ++lastToken;
            RingBuffer buffer = new RingBuffer(map, handler, library, waitingBytes(), () -> remove(token));
            try {
                control(Libc.EPOLL_CTL_ADD, buffer.epollDescriptor(), token);
            } catch (BpfException e) {
                buffer.close();
                throw e;
            }
            buffers.put(token, buffer);
            return buffer;
        }
    }

    /** @return the functions that tell how much waits: newer than the oldest libbpf that does the rest */
    private Optional<ToLongFunction<Pointer>> waitingBytes() {
        Optional<Function> ring = library.function("ring_buffer__ring");
        Optional<Function> available = library.function("ring__avail_data_size");
        return ring.isEmpty() || available.isEmpty() ? Optional.empty() : Optional.of(buffer -> available.get()
                .invokeLong(new Object[] {ring.get().invokePointer(new Object[] {buffer, 0})}));
    }

    private void start() {
        if (thread != null) {
            return;
        }
        epoll = opened("epoll_create1", Libc.epoll_create1(Libc.O_CLOEXEC));
        try {
            stop = opened("eventfd", Libc.eventfd(0, Libc.O_CLOEXEC | Libc.O_NONBLOCK));
            control(Libc.EPOLL_CTL_ADD, stop, STOP_TOKEN);
        } catch (BpfException e) {
            closeDescriptors();
            throw e;
        }
        thread = new Thread(this::run, "agentcgroup-bpf-events");
        thread.setDaemon(true);
        thread.start();
    }

    private static int opened(String call, int fd) {
        if (fd < 0) {
            throw BpfLibrary.failure(call, Libc.errno());
        }
        return fd;
    }

    private void control(int operation, int fd, long token) {
        try (Memory event = new Memory(EVENT_BYTES)) {
            event.setInt(0, Libc.EPOLLIN);
            event.setLong(TOKEN_OFFSET, token);
            if (Libc.epoll_ctl(epoll, operation, fd, event) != 0) {
                throw BpfLibrary.failure("epoll_ctl", Libc.errno());
            }
        }
    }

    private void remove(long token) {
        synchronized (lock) {
            RingBuffer buffer = buffers.remove(token);
            if (buffer != null && epoll >= 0) {
                control(Libc.EPOLL_CTL_DEL, buffer.epollDescriptor(), token);
            }
        }
    }

    private void run() {
        try (Memory ready = new Memory((long) MOST_READY * EVENT_BYTES)) {
            while (!isClosed()) {
                int count = Libc.epoll_wait(epoll, ready, MOST_READY, FOREVER);
                if (count < 0 && Libc.errno() != Libc.EINTR) {
                    throw BpfLibrary.failure("epoll_wait", Libc.errno());
                }
                for (int i = 0; i < count; i++) {
                    drain(ready.getLong((long) i * EVENT_BYTES + TOKEN_OFFSET));
                }
            }
        } catch (BpfException e) {
            LOG.error("Events of BPF programs are not heard any more.", e);
        }
    }

    private void drain(long token) {
        RingBuffer buffer;
        synchronized (lock) {
            buffer = buffers.get(token);
        }
        if (buffer != null) {
            buffer.drain();
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** Ends the thread and all ring buffers. */
    @Override
    public void close() {
        List<RingBuffer> open;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(buffers.values());
        }
        open.forEach(RingBuffer::close);
        if (thread != null) {
            byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
            Libc.write(stop, one, one.length);
            if (Thread.currentThread() != thread) {
                join();
            }
            closeDescriptors();
        }
    }

    private void closeDescriptors() {
        synchronized (lock) {
            Libc.close(epoll);
            if (stop >= 0) {
                Libc.close(stop);
            }
            epoll = -1;
            stop = -1;
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
