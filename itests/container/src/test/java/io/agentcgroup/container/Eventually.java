package io.agentcgroup.container;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** For what another process does in its own time, and where nothing can wake a test. */
public final class Eventually {

    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Eventually() {
    }

    /** Returns as soon as it is true; fails when it does not become so. */
    public static void isTrue(String what, Callable<Boolean> condition) {
        long deadlineNs = System.nanoTime() + AT_MOST.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("after " + AT_MOST.toSeconds() + " s still not true: " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
