package io.agentcgroup.bpf.internal;

import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfLoader.EventHandler;
import io.agentcgroup.api.bpf.BpfMap;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One ring buffer and who hears it. Deliveries hold its lock, so that closing it waits for the one under way. */
final class RingBuffer implements BpfEvents {

    private static final Logger LOG = LoggerFactory.getLogger(RingBuffer.class);

    /** A handler that always fails is reported once in so many failures. */
    private static final long REPORT_EVERY = 1000;

    private final String name;
    private final EventHandler handler;
    private final Optional<ToLongFunction<Pointer>> waiting;
    private final Runnable forget;
    private final Descriptor map;
    /** libbpf calls it as long as the buffer is there; without this field it would be collected. */
    private final Libbpf.SampleFunction deliver = this::deliver;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Pointer buffer;
    private final int epoll;
    private boolean freed;
    private volatile boolean closing;

    /** @param forget run when it is closed, before the buffer goes away */
    RingBuffer(BpfMap map, EventHandler handler, BpfLibrary library, Optional<ToLongFunction<Pointer>> waiting, Runnable forget) {
        this.name = map.name();
        this.handler = handler;
        this.waiting = waiting;
        this.forget = forget;
        this.map = Descriptor.duplicateOf("ring buffer " + name, map.descriptor());
        try {
            this.buffer = library.pointer("hear ring buffer " + name,
                    () -> Libbpf.ring_buffer__new(this.map.number(), deliver, null, null));
        } catch (RuntimeException e) {
            this.map.close();
            throw e;
        }
        this.epoll = Libbpf.ring_buffer__epoll_fd(buffer);
    }

    /** @return becomes readable when there is something */
    int epollDescriptor() {
        return epoll;
    }

    /** Delivers what is there, on the events thread. */
    void drain() {
        lock.lock();
        try {
            if (closing) {
                return;
            }
            int answer = Libbpf.ring_buffer__consume(buffer);
            if (answer < 0 && answer != -Libc.ECANCELED) {
                LOG.error("Ring buffer {} cannot be read: {}", name, Libc.strerror(-answer));
            }
            if (closing) {
                // The handler itself, or somebody while it ran.
                free();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called by libbpf. @return negative to stop after this record */
    private int deliver(Pointer context, Pointer data, long bytes) {
        delivered.incrementAndGet();
        try {
            handler.onEvent(data.getByteBuffer(0, bytes).asReadOnlyBuffer().order(ByteOrder.nativeOrder()));
        } catch (Exception | LinkageError | AssertionError fault) {
            // Nothing may be thrown into libbpf.
            if (failed.getAndIncrement() % REPORT_EVERY == 0) {
                LOG.error("The handler of ring buffer {} failed ({} times so far).", name, failed.get(), fault);
            }
        }
        return closing ? -Libc.ECANCELED : 0;
    }

    @Override
    public long delivered() {
        return delivered.get();
    }

    @Override
    public long failed() {
        return failed.get();
    }

    @Override
    public long waitingBytes() {
        lock.lock();
        try {
            return freed ? 0 : waiting.map(ask -> ask.applyAsLong(buffer)).orElse(-1L);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closing = true;
        if (lock.isHeldByCurrentThread()) {
            // Within the handler: libbpf still uses the buffer, and drain() frees it.
            return;
        }
        lock.lock();
        try {
            free();
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        if (!freed) {
            freed = true;
            forget.run();
            Libbpf.ring_buffer__free(buffer);
            map.close();
        }
    }
}
