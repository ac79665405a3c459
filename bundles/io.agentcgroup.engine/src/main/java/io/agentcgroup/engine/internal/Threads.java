package io.agentcgroup.engine.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * On what the engine works. Where time is simulated, there are no threads: all three are the simulation, which asks plug-ins at once and
 * does the rest when its time comes.
 *
 * @param workers for what nobody waits for
 * @param timer for what is to be done later
 * @param plugins for asking policies and intent providers
 */
record Threads(ExecutorService workers, ScheduledExecutorService timer, ExecutorService plugins) {

    /** @return new ones, for a real engine */
    static Threads own() {
        return new Threads(Workers.threads(), Workers.timerThread(), Fence.threads());
    }
}
