package io.agentcgroup.itests.kernel.bpf;

import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.KernelEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what the kernel told. */
final class RecordedKernelEvents implements KernelEvents {

    /** The emulated guest is up to fifteen times slower than a real machine. */
    private static final long PATIENCE_S = 60;

    private final List<KernelEvent> all = new ArrayList<>();

    @Override
    public synchronized void happened(KernelEvent event) {
        all.add(event);
        notifyAll();
    }

    synchronized List<KernelEvent> all(Predicate<KernelEvent> which) {
        return all.stream().filter(which).toList();
    }

    /** Waits until there were so many. */
    synchronized List<KernelEvent> await(int count, Predicate<KernelEvent> which) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (all(which).size() < count) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                throw new AssertionError("only " + all(which).size() + " of " + count + " events came; all: " + all);
            }
            wait(leftMs);
        }
        return all(which);
    }
}
