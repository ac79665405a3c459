package io.agentcgroup.gateway.internal.call;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs one conversation's steps one after the other on shared workers. */
final class SerialTasks {

    private final Executor workers;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    SerialTasks(Executor workers) {
        this.workers = workers;
    }

    void execute(Runnable step) {
        synchronized (waiting) {
            waiting.add(step);
            if (running) {
                return;
            }
            running = true;
        }
        workers.execute(this::drain);
    }

    private void drain() {
        Runnable step;
        while ((step = next()) != null) {
            step.run();
        }
    }

    private Runnable next() {
        synchronized (waiting) {
            Runnable step = waiting.poll();
            running = step != null;
            return step;
        }
    }
}
