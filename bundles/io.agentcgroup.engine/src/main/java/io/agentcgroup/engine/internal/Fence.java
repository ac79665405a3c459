package io.agentcgroup.engine.internal;

import io.agentcgroup.api.engine.PluginStatus.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies and intent providers from doing harm: they are asked on threads of their own, for a bounded time, and one that throws,
 * blocks or answers nonsense too often is not asked again. Who asks hands over and is answered later, so nobody waits behind a plug-in
 * that is stuck.
 */
final class Fence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    /** As many calls as are decided at the same moment, and as many threads as may be lost before all plug-ins are left out. */
    private static final int THREADS = 32;
    private static final int IDLE_THREADS_LIVE_S = 30;
    /** A thread that is given no CPU, or runs code for the first time, is waited for so many budgets; a read from a socket looks the same. */
    private static final int PATIENCE_ROUNDS = 100;
    /** Who still blocks after that is fenced at once; who would run, but is given no CPU, is looked at again so many times. */
    private static final Duration BLOCKED = Duration.ofSeconds(2);
    private static final int BLOCKED_LOOKS = 5;

    private final Duration budget;
    private final Workers workers;
    private final Clocks clocks;
    private final Faults faults;
    private final Runnable changed;
    private final ExecutorService threads;
    private final Vigil vigil;

    /**
     * @param budget how long one round of questions may take
     * @param changed run when a plug-in is fenced
     */
    Fence(Duration budget, Workers workers, Clocks clocks, Faults faults, Runnable changed) {
        this(budget, workers, clocks, faults, changed, threads());
    }

    /** @param threads to ask on; each task may be lost to a plug-in for ever */
    Fence(Duration budget, Workers workers, Clocks clocks, Faults faults, Runnable changed, ExecutorService threads) {
        this.budget = budget;
        this.workers = workers;
        this.clocks = clocks;
        this.faults = faults;
        this.changed = changed;
        this.threads = threads;
        this.vigil = new Vigil(workers, clocks);
    }

    static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(1, THREADS, IDLE_THREADS_LIVE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(work, "agentcgroup-plugins-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Goes and asks. Never blocks, whoever asks.
     *
     * @param questions asks plug-ins, by the errand only
     * @param otherwise the answer when that takes too long, or fails; asks no plug-in
     * @param slow run, each time, when it takes long because the host is busy; the argument is for how much longer at most, in milliseconds
     * @param answer takes the answer, once, on another thread
     */
    <R> void run(Function<Errand, R> questions, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer) {
        try {
            threads.execute(() -> go(questions, otherwise, slow, answer));
        } catch (RejectedExecutionException e) {
            LOG.debug("no thread is left to ask plug-ins with");
            workers.run(() -> answer.accept(otherwise.get()));
        }
    }

    /** Goes and asks, and waits for the answer; for threads of the engine for which nobody waits. */
    <R> R call(Function<Errand, R> questions, Supplier<R> otherwise) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        run(questions, otherwise, forMs -> { }, answer::complete);
        return answer.join();
    }

    private <R> void go(Function<Errand, R> questions, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer) {
        Errand errand = new Errand(this, clocks);
        Watch<R> watch = new Watch<>(errand, otherwise, slow, answer);
        vigil.begin(watch);
        R found;
        try {
            found = questions.apply(errand);
        } catch (Errand.OvertakenException e) {
            return;
        } catch (RuntimeException e) {
            LOG.error("plug-ins could not be asked", e);
            found = otherwise.get();
        } finally {
            vigil.end(watch);
            // It may have been meant for a plug-in that came back in the same moment.
            Thread.interrupted();
        }
        if (errand.settle()) {
            answer.accept(found);
        }
    }

    /** Looks after one errand. */
    private final class Watch<R> implements Vigil.Item {

        private final Errand errand;
        private final Supplier<R> otherwise;
        private final Consumer<Long> slow;
        private final Consumer<R> answer;
        private volatile long dueNs = clocks.monotonicNs() + budget.toNanos();
        private int rounds;

        Watch(Errand errand, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer) {
            this.errand = errand;
            this.otherwise = otherwise;
            this.slow = slow;
            this.answer = answer;
        }

        @Override
        public long dueNs() {
            return dueNs;
        }

        @Override
        public void look() {
            if (errand.isSettled()) {
                vigil.end(this);
                return;
            }
            if (++rounds < PATIENCE_ROUNDS && errand.mayTakeLonger(budget.toNanos())) {
                dueNs = clocks.monotonicNs() + budget.toNanos();
                slow.accept(budget.toMillis() * 2);
                return;
            }
            vigil.end(this);
            giveUp();
        }

        private void giveUp() {
            long insideMs = errand.insideNs() / 1_000_000;
            if (errand.settle()) {
                errand.blame().ifPresent(plugin -> {
                    fault(plugin, "did not answer within " + insideMs + " ms", null);
                    workers.runAfter(BLOCKED, () -> fenceIfStuck(errand, plugin, BLOCKED_LOOKS));
                });
                answer.accept(otherwise.get());
            }
        }
    }

    private void fenceIfStuck(Errand errand, Guarded<?> plugin, int looks) {
        if (!plugin.isStuck()) {
            return;
        }
        if (looks > 1 && errand.mayTakeLonger(budget.toNanos())) {
            workers.runAfter(BLOCKED, () -> fenceIfStuck(errand, plugin, looks - 1));
        } else if (plugin.fence()) {
            tellFenced(plugin, "it has not come back for " + BLOCKED.toSeconds() + " s");
        }
    }

    /** Takes down what a plug-in did wrong, and fences it when that was once too often. */
    void fault(Guarded<?> plugin, String what, Throwable cause) {
        faults.report(plugin.kind() == Kind.POLICY ? "policy-fault" : "provider-fault", plugin.title(), what, cause);
        if (plugin.fault(cause == null ? what : what + ": " + Faults.brief(cause))) {
            tellFenced(plugin, what);
        }
    }

    private void tellFenced(Guarded<?> plugin, String why) {
        faults.event("plugin-fenced", plugin.title(), "is not asked any more until it is started anew, because " + why
                + (plugin.kind() == Kind.POLICY ? "; the next policy decides" : ""));
        changed.run();
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
