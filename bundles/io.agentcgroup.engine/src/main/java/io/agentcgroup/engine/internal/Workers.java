package io.agentcgroup.engine.internal;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** An agent's next command comes a few milliseconds after the last at the earliest, and runs for some. */
    private static final Duration AFTERWARDS = Duration.ofMillis(20);

    private final ExecutorService pool;
    private final ExecutorService background;
    private final ScheduledExecutorService timer;
    private final Queue<Runnable> afterwards = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean collecting = new AtomicBoolean();

    /** With threads of its own. */
    Workers() {
        this(threads("agentcgroup-engine-", () -> { }), threads("agentcgroup-after-", () -> { }), timerThread());
    }

    Workers(ExecutorService pool, ExecutorService background, ScheduledExecutorService timer) {
        this.pool = pool;
        this.background = background;
        this.timer = timer;
    }

    /** @param first what each thread does before anything else */
    static ExecutorService threads(String prefix, Runnable first) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_THREADS_LIVE_S, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), named(prefix, first));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    static ScheduledExecutorService timerThread() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, named("agentcgroup-timer-", () -> { }));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return thread;
    }

    /** Runs it soon, on another thread. */
    void run(Runnable work) {
        run(pool, work);
    }

    /**
     * Runs it a moment later, together with what else has come by then, on a thread that leaves the CPU to others: it comes after a call, and
     * the agent's next one is not to wait for it.
     */
    void runAfterwards(Runnable work) {
        afterwards.add(work);
        if (collecting.compareAndSet(false, true)) {
            onTimerAfter(AFTERWARDS, this::runCollected);
        }
    }

    /** Runs at once what was to come a moment later: somebody waits for it. */
    void hurry() {
        if (!afterwards.isEmpty()) {
            runCollected();
        }
    }

    private void runCollected() {
        // First: whoever comes from here on sets the timer himself.
        collecting.set(false);
        run(background, () -> {
            for (Runnable work = afterwards.poll(); work != null; work = afterwards.poll()) {
                guarded(work).run();
            }
        });
    }

    private static void run(ExecutorService threads, Runnable work) {
        try {
            threads.execute(guarded(work));
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

    /** Runs it later, on the timer itself, which must not be kept: for what workers may wait for. */
    void onTimerAfter(Duration delay, Runnable look) {
        try {
            timer.schedule(guarded(look), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug(LEFT_TO_THE_NEXT);
        }
    }

    /** Finishes what was begun; what was to come later is dropped. */
    @Override
    public void close() {
        timer.shutdownNow();
        pool.shutdown();
        try {
            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(FINISH_WITHIN_S);
            boolean done = pool.awaitTermination(FINISH_WITHIN_S, TimeUnit.SECONDS);
            // After the others: they may leave something for it.
            runCollected();
            background.shutdown();
            if (!background.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS) || !done) {
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

    static ThreadFactory named(String prefix, Runnable first) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(() -> {
                first.run();
                work.run();
            }, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
