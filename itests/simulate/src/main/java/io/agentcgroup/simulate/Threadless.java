package io.agentcgroup.simulate;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor without threads: there is nothing to wait for when it is shut down. */
abstract class Threadless extends AbstractExecutorService {

    private boolean over;

    @Override
    public void shutdown() {
        over = true;
    }

    @Override
    public final List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public final boolean isShutdown() {
        return over;
    }

    @Override
    public final boolean isTerminated() {
        return over;
    }

    @Override
    public final boolean awaitTermination(long timeout, TimeUnit unit) {
        return over;
    }
}
