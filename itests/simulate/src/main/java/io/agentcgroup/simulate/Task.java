package io.agentcgroup.simulate;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A process of the modelled host: waits and holds memory, as its steps say, until they are done or it is killed. */
final class Task {

    /** As {@code waitpid} tells of SIGKILL. */
    static final int KILLED = 9;

    /** One thing to do. */
    sealed interface Step {
    }

    /** Lets time pass. */
    record Pause(long ns) implements Step {
    }

    /** Has so much memory from now on. */
    record Hold(long bytes) implements Step {
    }

    /** Does something of another kind, and goes on when it is told to. */
    record Do(Consumer<Runnable> what) implements Step {
    }

    private final int pid;
    private final Group group;
    private final int oomScoreAdj;
    private final List<? extends Step> steps;
    private final IntConsumer exited;
    private int next;
    long heldBytes;
    /** Of the step that goes on: what is still to be taken. */
    long wantedBytes;
    boolean filling;
    boolean parked;
    private boolean dead;

    /** @param exited told of the end, with the status as {@code waitpid} gives it */
    Task(int pid, Group group, int oomScoreAdj, List<? extends Step> steps, IntConsumer exited) {
        this.pid = pid;
        this.group = group;
        this.oomScoreAdj = oomScoreAdj;
        this.steps = steps;
        this.exited = exited;
    }

    int pid() {
        return pid;
    }

    Group group() {
        return group;
    }

    int oomScoreAdj() {
        return oomScoreAdj;
    }

    boolean isDead() {
        return dead;
    }

    /** @return the next thing to do, or null at the end */
    Step take() {
        return next < steps.size() ? steps.get(next++) : null;
    }

    void die() {
        dead = true;
    }

    void exited(int status) {
        exited.accept(status);
    }
}
