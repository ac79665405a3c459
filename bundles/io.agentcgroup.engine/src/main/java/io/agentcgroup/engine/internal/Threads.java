package io.agentcgroup.engine.internal;

import io.agentcgroup.api.cgroup.CgroupTree;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * On what the engine works. Where time is simulated, there are no threads: all are the simulation, which asks plug-ins at once and
 * does the rest when its time comes.
 *
 * @param workers for what no agent waits for, but should happen soon: reactions, calls that wait at the gate
 * @param background for what comes after a call, which must not delay the next one
 * @param timer for what is to be done later
 * @param plugins for asking policies and intent providers
 * @param learners for telling them how a call ended
 */
record Threads(ExecutorService workers, ExecutorService background, ScheduledExecutorService timer, ExecutorService plugins,
        ExecutorService learners) {

    /** @return new ones, for a real engine, whose background is that of the tree's host */
    static Threads own(CgroupTree tree) {
        return new Threads(Workers.threads("agentcgroup-engine-", () -> { }), Workers.threads("agentcgroup-after-", tree::becomeBatchThread),
                Workers.timerThread(), Fence.threads("agentcgroup-plugins-", () -> { }),
                Fence.threads("agentcgroup-learners-", tree::becomeBatchThread));
    }
}
