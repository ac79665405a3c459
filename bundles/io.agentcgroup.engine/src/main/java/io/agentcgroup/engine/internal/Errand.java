package io.agentcgroup.engine.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One round of questions to plug-ins, on a thread that may be lost to them. Whoever settles it first, the errand itself or its watch, has the
 * say; the other's answer counts for nothing.
 */
final class Errand {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Unwinds an errand whose answer nobody waits for any more. */
    static final class OvertakenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        OvertakenException() {
            super("the answer came too late", null, false, false);
        }
    }

    /** Of CPU time, to load and compile what it calls for the first time; an emulated machine needs that. */
    private static final long FIRST_TIMES_NS = 1_000_000_000;

    private final Fence fence;
    private final Clocks clocks;
    private final Thread thread = Thread.currentThread();
    private final AtomicBoolean settled = new AtomicBoolean();
    /** Whom it asks right now; null between questions. Guarded by this. */
    private Guarded<?> inside;
    private long enteredNs;
    private long cpuBeforeNs;
    private boolean blamed;

    /** For the current thread. */
    Errand(Fence fence, Clocks clocks) {
        this.fence = fence;
        this.clocks = clocks;
    }

    /** @return whether the caller has the say */
    boolean settle() {
        return settled.compareAndSet(false, true);
    }

    boolean isSettled() {
        return settled.get();
    }

    /**
     * Asks a plug-in that is open.
     *
     * @param what the question in words, as in "could not ..."
     * @return its answer; empty when it is null or it threw, which is reported
     */
    <T, R> Optional<R> ask(Guarded<T> plugin, String what, Function<T, R> question) {
        enter(plugin);
        long beganNs = clocks.monotonicNs();
        R answer = null;
        Throwable thrown = null;
        try {
            answer = question.apply(plugin.service());
        } catch (Throwable e) {
            // Whatever it is, errors of linking and of the stack too: it is the plug-in's, and the call goes on.
            thrown = e;
        } finally {
            leave(plugin);
        }
        plugin.answered(clocks.monotonicNs() - beganNs);
        if (isSettled()) {
            throw new OvertakenException();
        }
        if (thrown != null) {
            fence.fault(plugin, "could not " + what, thrown);
        } else if (answer == null) {
            fence.fault(plugin, "answered null when it was to " + what, null);
        }
        return Optional.ofNullable(answer);
    }

    private synchronized void enter(Guarded<?> plugin) {
        inside = plugin;
        enteredNs = clocks.monotonicNs();
        cpuBeforeNs = THREADS.getCurrentThreadCpuTime();
    }

    private synchronized void leave(Guarded<?> plugin) {
        inside = null;
        if (blamed) {
            plugin.cameBack();
        }
    }

    /** The watch has settled it: whom it is stuck in is told so. @return that plug-in, if it is in one */
    synchronized Optional<Guarded<?>> blame() {
        if (inside != null) {
            blamed = true;
            inside.gotStuck();
            thread.interrupt();
        }
        return Optional.ofNullable(inside);
    }

    /**
     * @return whether it takes long because the host is busy: the thread would run, but has not been given the time that it may use. Code
     *         that never ran before is loaded and compiled meanwhile, which takes more, and may wait for others that load it too
     */
    synchronized boolean mayTakeLonger(long budgetNs) {
        if (inside == null) {
            return true;
        }
        Thread.State state = thread.getState();
        boolean runs = state == Thread.State.RUNNABLE || state == Thread.State.BLOCKED && inside.isNew();
        return runs && THREADS.getThreadCpuTime(thread.getId()) - cpuBeforeNs < (inside.isNew() ? FIRST_TIMES_NS : budgetNs);
    }

    /** @return for how long the plug-in that it is in has had it */
    synchronized long insideNs() {
        return inside == null ? 0 : clocks.monotonicNs() - enteredNs;
    }
}
