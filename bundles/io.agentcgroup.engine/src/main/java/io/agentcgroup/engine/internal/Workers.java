package io.agentcgroup.engine.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the engine does what nobody waits for. Nothing ticks: an idle engine has no running thread and no timer. */
final class Workers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private static final String LEFT_TO_THE_NEXT = "the engine stops; work is left to the next one";

    /** The work waits for the kernel more than it computes. */
    private static final int THREADS = 4;
    private static final int IDLE_THREADS_LIVE_S = 30;
    /** Long enough to journal and remove some thousand calls. */
    private static final int FINISH_WITHIN_S = 10;

    private final ExecutorService pool;
    private final ScheduledExecutorService timer;

    /** With threads of its own. */
    Workers() {
        this(threads(), timerThread());
    }

    Workers(ExecutorService pool, ScheduledExecutorService timer) {
        this.pool = pool;
        this.timer = timer;
    }

    static ExecutorService threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_THREADS_LIVE_S, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), named("agentcgroup-engine-"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    static ScheduledExecutorService timerThread() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, named("agentcgroup-timer-"));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return thread;
    }

    /** Runs it soon, on another thread. */
    void run(Runnable work) {
        try {
            pool.execute(guarded(work));
        } catch (RejectedExecutionException e) {
            // What is left undone is found in the tree by the next engine.
            LOG.debug(LEFT_TO_THE_NEXT);
        }
    }

    /** Runs it later. @return to cancel it */
    Future<?> runAfter(Duration delay, Runnable work) {
        try {
            return timer.schedule(() -> run(work), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug(LEFT_TO_THE_NEXT);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Finishes what was begun; what was to come later is dropped. */
    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdown();
        try {
            if (!pool.awaitTermination(FINISH_WITHIN_S, TimeUnit.SECONDS)) {
                LOG.warn("calls that have ended are left to the next start: their journalling takes more than {} s", FINISH_WITHIN_S);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("something went wrong in the background", e);
            }
        };
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
