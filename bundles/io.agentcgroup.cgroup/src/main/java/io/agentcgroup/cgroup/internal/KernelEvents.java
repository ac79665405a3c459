package io.agentcgroup.cgroup.internal;

import com.sun.jna.Memory;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the kernel on behalf of all domains: one thread, one epoll. Changed control files come through one inotify
 * instance, pressure through the descriptors of PSI triggers, the end through an eventfd. While nothing happens the thread
 * sleeps in the kernel.
 */
final class KernelEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KernelEvents.class);

    /** What epoll gives back for the two descriptors that are always there; triggers count on from here. */
    private static final long STOP_TOKEN = 0;
    private static final long INOTIFY_TOKEN = 1;
    private static final long FIRST_TRIGGER_TOKEN = 2;

    /** {@code struct inotify_event} without a name: files, unlike directories, are reported without one. */
    private static final int INOTIFY_EVENT_BYTES = 16;
    private static final int INOTIFY_LENGTH_OFFSET = 12;
    private static final int INOTIFY_BUFFER_BYTES = 256 * INOTIFY_EVENT_BYTES;

    private final int epoll;
    private final int inotify;
    private final int stop;
    private final Memory inotifyBuffer = new Memory(INOTIFY_BUFFER_BYTES);
    private final Thread thread;

    /** Guards the registers below; not held while actions run. */
    private final Object lock = new Object();
    private final Map<Integer, Runnable> files = new HashMap<>();
    private final Map<Long, PressureTrigger> triggers = new HashMap<>();
    private long nextToken = FIRST_TRIGGER_TOKEN;
    private boolean closed;

    KernelEvents() {
        epoll = opened("epoll_create1", Libc.epoll_create1(Libc.EPOLL_CLOEXEC));
        inotify = opened("inotify_init1", Libc.inotify_init1(Libc.IN_CLOEXEC | Libc.IN_NONBLOCK), epoll);
        stop = opened("eventfd", Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK), epoll, inotify);
        Epoll.add(epoll, stop, Libc.EPOLLIN, STOP_TOKEN);
        Epoll.add(epoll, inotify, Libc.EPOLLIN, INOTIFY_TOKEN);
        thread = new Thread(this::run, "agentcgroup-cgroup-events");
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes what was opened before when the next one fails. */
    private static int opened(String call, int fd, int... before) {
        if (fd >= 0) {
            return fd;
        }
        CgroupException failure = Failures.last(call);
        for (int earlier : before) {
            Libc.close(earlier);
        }
        throw failure;
    }

    /**
     * Runs {@code changed} on the events thread each time the kernel says that a control file has changed. A directory's
     * file can be watched once at a time.
     */
    Watch watchFile(Directory directory, ControlFile file, Runnable changed) {
        int fd = directory.acquire();
        try {
            synchronized (lock) {
                refuseIfClosed();
                // Through our own descriptor: the path by name could have come to mean another directory.
                String path = "/proc/self/fd/" + fd + "/" + file.fileName();
                int watch = Libc.inotify_add_watch(inotify, path, Libc.IN_MODIFY);
                if (watch < 0) {
                    throw Failures.last("watch " + directory.path() + "/" + file.fileName());
                }
                files.put(watch, changed);
                return () -> unwatchFile(watch);
            }
        } finally {
            directory.release();
        }
    }

    private void unwatchFile(int watch) {
        synchronized (lock) {
            // Absent when the kernel dropped the watch with the file, or we did before. Numbers are not used again.
            if (files.remove(watch) != null && !closed) {
                Libc.inotify_rm_watch(inotify, watch);
            }
        }
    }

    /** Sets a PSI trigger; {@code fired} runs on the events thread. */
    Watch watchPressure(Directory directory, boolean full, Duration stall, Duration window, Runnable fired) {
        PressureTrigger trigger = PressureTrigger.set(directory, full, stall, window, fired);
        synchronized (lock) {
            long token = nextToken++;
            try {
                refuseIfClosed();
                Epoll.add(epoll, trigger.descriptor(), Libc.EPOLLPRI, token);
            } catch (RuntimeException refused) {
                trigger.close();
                throw refused;
            }
            triggers.put(token, trigger);
            return () -> unwatchPressure(token);
        }
    }

    private void unwatchPressure(long token) {
        PressureTrigger trigger;
        synchronized (lock) {
            trigger = triggers.remove(token);
        }
        if (trigger != null) {
            // Takes the kernel some 20 ms, in which nobody else must wait for the lock.
            trigger.close();
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the cgroup tree was closed");
        }
    }

    private void run() {
        try {
            Epoll.Waiter waiter = new Epoll.Waiter(epoll);
            while (!isClosed()) {
                waiter.await().forEach(this::dispatch);
            }
        } catch (CgroupException e) {
            LOG.error("Changes in cgroupfs are not noticed any more.", e);
        } finally {
            Libc.close(inotify);
            Libc.close(stop);
            Libc.close(epoll);
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void dispatch(Epoll.Ready event) {
        if (event.token() == INOTIFY_TOKEN) {
            filesChanged();
        } else if (event.token() != STOP_TOKEN) {
            pressed(event);
        }
    }

    private void pressed(Epoll.Ready event) {
        if ((event.events() & Libc.EPOLLERR) != 0) {
            // The directory was removed: from now on epoll would report it without end.
            unwatchPressure(event.token());
            return;
        }
        PressureTrigger trigger;
        synchronized (lock) {
            trigger = triggers.get(event.token());
        }
        if (trigger != null) {
            tell(trigger.fired());
        }
    }

    private void filesChanged() {
        long bytes = Libc.read(inotify, inotifyBuffer, INOTIFY_BUFFER_BYTES);
        for (long at = 0; at + INOTIFY_EVENT_BYTES <= bytes;) {
            fileChanged(inotifyBuffer.getInt(at), inotifyBuffer.getInt(at + 4));
            at += INOTIFY_EVENT_BYTES + inotifyBuffer.getInt(at + INOTIFY_LENGTH_OFFSET);
        }
    }

    private void fileChanged(int watch, int mask) {
        if ((mask & Libc.IN_Q_OVERFLOW) != 0) {
            LOG.warn("The kernel dropped change notifications; telling all listeners to look.");
            allFiles().forEach(KernelEvents::tell);
            return;
        }
        Runnable changed;
        synchronized (lock) {
            changed = (mask & Libc.IN_IGNORED) != 0 ? files.remove(watch) : files.get(watch);
        }
        if (changed != null) {
            tell(changed);
        }
    }

    private List<Runnable> allFiles() {
        synchronized (lock) {
            return List.copyOf(files.values());
        }
    }

    /** A listener's fault must not make the others blind, whatever it throws. */
    static void tell(Runnable action) {
        try {
            action.run();
        } catch (Throwable fault) {
            LOG.error("A listener of cgroup events failed.", fault);
        }
    }

    /** Ends the thread, which closes the descriptors. Watches may be closed later, harmlessly. */
    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            files.clear();
            triggers.values().forEach(PressureTrigger::close);
            triggers.clear();
        }
        byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
        Libc.write(stop, one, one.length);
        if (Thread.currentThread() != thread) {
            join();
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
