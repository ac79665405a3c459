package io.agentcgroup.simulate;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** Does everything at once, on the thread of whoever wants it: deciding takes no simulated time. */
final class AtOnce extends AbstractExecutorService {

    private boolean over;

    @Override
    public void execute(Runnable what) {
        what.run();
    }

    @Override
    public void shutdown() {
        over = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        over = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return over;
    }

    @Override
    public boolean isTerminated() {
        return over;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return over;
    }
}
