package io.agentcgroup.gateway.internal.net;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What has to happen by when. A cancelled deadline stays in the queue until it is at the head, and is dropped there without
 * waking anybody. On the loop's thread only.
 */
final class Deadlines {

    private final PriorityQueue<Deadline> queue = new PriorityQueue<>();

    /** Something that happens unless it is cancelled. */
    static final class Deadline implements Comparable<Deadline> {

        private final long atNs;
        private Runnable action;

        private Deadline(long atNs, Runnable action) {
            this.atNs = atNs;
            this.action = action;
        }

        void cancel() {
            action = null;
        }

        @Override
        public int compareTo(Deadline other) {
            return Long.compare(atNs - other.atNs, 0);
        }
    }

    Deadline add(long afterMs, Runnable action) {
        Deadline deadline = new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(afterMs), action);
        queue.add(deadline);
        return deadline;
    }

    /** @return milliseconds until the next deadline, rounded up, or {@code none} */
    int timeoutMs(long nowNs, int none) {
        dropCancelled();
        Deadline next = queue.peek();
        if (next == null) {
            return none;
        }
        long leftNs = Math.max(0, next.atNs - nowNs);
        return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(leftNs + 999_999));
    }

    /** Hands over what is due. */
    void expire(long nowNs, Consumer<Runnable> run) {
        dropCancelled();
        while (!queue.isEmpty() && queue.peek().atNs - nowNs <= 0) {
            run.accept(queue.poll().action);
            dropCancelled();
        }
    }

    private void dropCancelled() {
        while (!queue.isEmpty() && queue.peek().action == null) {
            queue.poll();
        }
    }
}
