package io.agentcgroup.engine.internal;

import io.agentcgroup.api.engine.PluginStatus.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
        this(budget, workers, clocks, faults, changed, threads("agentcgroup-plugins-", () -> { }));
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

    /** @param first what each thread does before anything else */
    static ExecutorService threads(String prefix, Runnable first) {
        return new ThreadPoolExecutor(1, THREADS, IDLE_THREADS_LIVE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), Workers.named(prefix, first));
    }

    /** @return threads of its own, on which plug-ins may be asked */
    ExecutorService threads() {
        return threads;
    }

    /** Goes and asks, on threads of its own. */
    <R> void run(Function<Errand, R> questions, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer) {
        run(threads, questions, otherwise, slow, answer);
    }

    /**
     * Goes and asks. Never blocks, whoever asks, unless he offers his own thread.
     *
     * @param asking where plug-ins are asked: the thread may be lost to one. When it refuses, the fence's own are taken
     * @param questions asks plug-ins, by the errand only
     * @param otherwise the answer when that takes too long, or fails; asks no plug-in
     * @param slow run, each time, when it takes long because the host is busy; the argument is for how much longer at most, in milliseconds
     * @param answer takes the answer, once, on another thread
     */
    <R> void run(Executor asking, Function<Errand, R> questions, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer) {
        Executor late = workers::run;
        Runnable errand = () -> go(questions, otherwise, slow, answer, late);
        if (!begun(asking, errand) && (asking == threads || !begun(threads, errand))) {
            LOG.debug("no thread is left to ask plug-ins with");
            late.execute(() -> answer.accept(otherwise.get()));
        }
    }

    private static boolean begun(Executor asking, Runnable errand) {
        try {
            asking.execute(errand);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Goes and asks, and waits for the answer; for threads of the engine for which nobody waits. */
    <R> R call(Function<Errand, R> questions, Supplier<R> otherwise) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        // Answered wherever it is known: it may be a worker that waits here, and there may be no other.
        Executor late = Runnable::run;
        if (!begun(threads, () -> go(questions, otherwise, forMs -> { }, answer::complete, late))) {
            LOG.debug("no thread is left to ask plug-ins with");
            return otherwise.get();
        }
        return answer.join();
    }

    /** @param late where it is answered when the plug-ins take too long */
    private <R> void go(Function<Errand, R> questions, Supplier<R> otherwise, Consumer<Long> slow, Consumer<R> answer, Executor late) {
        Errand errand = new Errand(this, clocks);
        Watch watch = new Watch(errand, slow, () -> late.execute(() -> answer.accept(otherwise.get())));
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
    private final class Watch implements Vigil.Item {

        private final Errand errand;
        private final Consumer<Long> slow;
        private final Runnable tooLate;
        private volatile long dueNs = clocks.monotonicNs() + budget.toNanos();
        private int rounds;

        /** @param tooLate answers instead of the errand */
        Watch(Errand errand, Consumer<Long> slow, Runnable tooLate) {
            this.errand = errand;
            this.slow = slow;
            this.tooLate = tooLate;
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
                    // Writes to journal and log, for which others on the timer would have to wait.
                    workers.run(() -> fault(plugin, "did not answer within " + insideMs + " ms", null));
                    workers.runAfter(BLOCKED, () -> fenceIfStuck(errand, plugin, BLOCKED_LOOKS));
                });
                tooLate.run();
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
