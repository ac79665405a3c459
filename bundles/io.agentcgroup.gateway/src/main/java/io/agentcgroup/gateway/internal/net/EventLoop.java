package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for all sockets (epoll), one thread at a time: the leader. It sleeps in the kernel until a descriptor is ready, a deadline
 * has come or a task was given; when nothing happens it never wakes. What takes long, and what somebody waits for, the leader does
 * itself once everything that was ready is served, and has another thread lead from then on: so nobody waits behind it, and it is not
 * handed over either, which would cost the one who waits a wake-up. "The loop's thread" is whoever leads.
 */
public final class EventLoop implements AutoCloseable {

    /** What waits for a descriptor. */
    interface Handler {

        /**
         * The descriptor is ready, or at its end. On the loop's thread.
         *
         * @param hungUp whether nobody is at the other end any more, and so nothing will come after what can be read now
         */
        void ready(boolean readable, boolean writable, boolean hungUp);

        /** The loop ends: close the descriptor. On the loop's thread. */
        void stopped();
    }

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** More ready descriptors than this are told in the next round. */
    private static final int EVENTS = 64;
    private static final int FOREVER = -1;
    private static final long JOIN_MS = 2_000;
    /** As many may do such work at the same moment, or be kept by it for ever; the next has to be done elsewhere. */
    private static final int FOLLOWERS = 32;
    private static final int IDLE_FOLLOWERS_LIVE_S = 30;

    private final int epoll;
    private final int wakeup;
    private final DirectMemory events = new DirectMemory(EVENTS * Libc.EPOLL_EVENT_BYTES);
    private final DirectMemory received = new DirectMemory(64 * 1024);
    private final DescriptorSender descriptorSender = new DescriptorSender();
    private final Map<Integer, Handler> handlers = new ConcurrentHashMap<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Deadlines deadlines = new Deadlines();
    private final ThreadPoolExecutor threads;
    private final CountDownLatch ended = new CountDownLatch(1);
    /** What the leader is to do when all are served; the leader's alone. */
    private final Deque<Runnable> own = new ArrayDeque<>();
    private final AtomicInteger busy = new AtomicInteger();
    private volatile Thread leader;
    private volatile boolean stopping;

    /** Starts the first thread. */
    public EventLoop(String name) throws IOException {
        epoll = UnixSocket.check(Libc.epoll_create1(Libc.EPOLL_CLOEXEC), "epoll_create1");
        wakeup = UnixSocket.check(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), "eventfd");
        control(Libc.EPOLL_CTL_ADD, wakeup, Libc.EPOLLIN);
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_FOLLOWERS_LIVE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.execute(this::lead);
    }

    /** Runs a task on the loop's thread, soon; not after {@link #close}. */
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /**
     * Runs it on this thread when everything that is ready now is served; another one leads then. It may take long, and may even
     * never return. On the loop's thread.
     *
     * @throws RejectedExecutionException if too much of that kind goes on, or this is not the loop's thread
     */
    void follow(Runnable work) {
        if (!isLoopThread()) {
            throw new RejectedExecutionException("not on the loop's thread");
        }
        if (busy.incrementAndGet() > FOLLOWERS) {
            busy.decrementAndGet();
            throw new RejectedExecutionException("too many threads are busy");
        }
        own.add(() -> {
            try {
                guarded(work);
            } finally {
                busy.decrementAndGet();
            }
        });
    }

    /** @return whether somebody waits for what {@link #follow} was told; the loop's thread alone asks */
    boolean hasWork() {
        return !own.isEmpty();
    }

    boolean isLoopThread() {
        return Thread.currentThread() == leader;
    }

    /** Waits for a descriptor from now on. Any thread. */
    void add(int fd, Handler handler) throws IOException {
        handlers.put(fd, handler);
        try {
            control(Libc.EPOLL_CTL_ADD, fd, Libc.EPOLLIN);
        } catch (IOException e) {
            handlers.remove(fd);
            throw e;
        }
    }

    /**
     * Says what to wait for; an end both ways is always told. Any thread, while the descriptor is open.
     *
     * @param events EPOLLIN, EPOLLOUT, EPOLLRDHUP
     */
    void change(int fd, int events) throws IOException {
        control(Libc.EPOLL_CTL_MOD, fd, events);
    }

    /** Waits no more. On the loop's thread: else a descriptor's number could be used again while it is being served. */
    void remove(int fd) throws IOException {
        handlers.remove(fd);
        control(Libc.EPOLL_CTL_DEL, fd, 0);
    }

    /** @return for reading from sockets, on the loop's thread only: what is not used at once must be copied */
    DirectMemory received() {
        return received;
    }

    DescriptorSender descriptorSender() {
        return descriptorSender;
    }

    /** @return on the loop's thread only */
    Deadlines deadlines() {
        return deadlines;
    }

    /** Tells every handler that the loop stops, and ends the thread. Not from the loop's own thread. */
    @Override
    public void close() {
        stopping = true;
        wake();
        try {
            ended.await(JOIN_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        if (woken.compareAndSet(false, true) && !isLoopThread()) {
            Libc.write(wakeup, new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, Long.BYTES);
        }
    }

    /** Leads until there is something else to do, and another one leads, or the loop ends. */
    private void lead() {
        boolean led = false;
        while (!led) {
            serve();
            if (stopping) {
                end();
                return;
            }
            Runnable mine = own.poll();
            own.forEach(this::handOver);
            own.clear();
            leader = null;
            led = begun(this::lead);
            mine.run();
        }
    }

    private void serve() {
        leader = Thread.currentThread();
        try {
            while (!stopping && own.isEmpty()) {
                round();
            }
        } catch (IOException | RuntimeException e) {
            // Going on would fail again at once, without end. Without sockets shims run their commands without a domain.
            LOG.error("The sockets are closed: the loop that serves them failed", e);
            stopping = true;
        }
    }

    private void handOver(Runnable work) {
        if (!begun(work)) {
            work.run();
        }
    }

    /** @return false when the host gives no more threads: this one then does it all, in turn */
    private boolean begun(Runnable work) {
        try {
            threads.execute(work);
            return true;
        } catch (OutOfMemoryError e) {
            LOG.error("There is no other thread to serve the sockets: {}", e.getMessage());
            return false;
        }
    }

    private void end() {
        runTasks();
        handlers.values().forEach(handler -> guarded(handler::stopped));
        own.forEach(this::handOver);
        threads.shutdown();
        UnixSocket.close(wakeup);
        UnixSocket.close(epoll);
        ended.countDown();
    }

    private void round() throws IOException {
        int timeoutMs = tasks.isEmpty() ? deadlines.timeoutMs(System.nanoTime(), FOREVER) : 0;
        int count = Libc.epoll_wait(epoll, events.pointer(), EVENTS, timeoutMs);
        if (count < 0 && Native.getLastError() != Libc.EINTR) {
            throw UnixSocket.failure("epoll_wait");
        }
        ByteBuffer in = events.buffer();
        for (int i = 0; i < count; i++) {
            dispatch(in.getInt(i * Libc.EPOLL_EVENT_BYTES), in.getInt(i * Libc.EPOLL_EVENT_BYTES + Libc.EPOLL_EVENT_DATA));
        }
        deadlines.expire(System.nanoTime(), expired -> guarded(expired));
        runTasks();
    }

    private void dispatch(int ready, int fd) {
        if (fd == wakeup) {
            Libc.read(wakeup, new byte[Long.BYTES], Long.BYTES);
            return;
        }
        Handler handler = handlers.get(fd);
        if (handler == null) {
            return;
        }
        try {
            // An error or a hang-up is found by reading.
            handler.ready((ready & ~Libc.EPOLLOUT) != 0, (ready & Libc.EPOLLOUT) != 0, (ready & (Libc.EPOLLHUP | Libc.EPOLLERR)) != 0);
        } catch (RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    private void runTasks() {
        woken.set(false);
        Runnable task;
        while ((task = tasks.poll()) != null) {
            guarded(task);
        }
    }

    /** One connection's failure is not another's. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    private static void failed(Throwable e) {
        LOG.error("A connection's step failed", e);
    }

    private void control(int operation, int fd, int wanted) throws IOException {
        byte[] event = new byte[Libc.EPOLL_EVENT_BYTES];
        ByteBuffer.wrap(event).order(ByteOrder.nativeOrder()).putInt(0, wanted).putInt(Libc.EPOLL_EVENT_DATA, fd);
        UnixSocket.check(Libc.epoll_ctl(epoll, operation, fd, event), "epoll_ctl");
    }
}
