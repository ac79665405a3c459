package io.agentcgroup.simulate;

import io.agentcgroup.api.DomainEvents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The part of a kernel that decides about memory: charges, soft limits, the OOM killer. Memory is anonymous and there is no swap, so nothing
 * can be reclaimed: a limit that is reached has a victim.
 */
final class Kernel {

    /** The kernel charges 64 pages at a time, and looks at the soft limit as often. */
    private static final long BATCH_BYTES = 64 * 4096;
    /** Below limits, and far from them, nothing happens in between. */
    private static final long LARGEST_CHUNK_BYTES = 4L << 20;
    /** {@code MEMCG_MAX_HIGH_DELAY_JIFFIES}. */
    private static final double LONGEST_DELAY_S = 2;
    /** {@code calculate_high_delay}: the square of the share above the soft limit, times 2^20 / 2^14 seconds a batch. */
    private static final double DELAY_S = 64;
    /** {@code HZ / 100} and less are not slept. */
    private static final double SHORTEST_DELAY_S = 0.01;
    private static final double NS_PER_S = 1e9;
    private static final double OOM_SCORE_ADJ_WHOLE = 1000;

    private final VirtualTime time;
    private final Machine machine;
    private final List<Task> filling = new ArrayList<>();
    private long ids;
    private int pids = 100;
    private int oomKills;
    /** Of all groups that have no parent. */
    private long usedBytes;

    Kernel(VirtualTime time, Machine machine) {
        this.time = time;
        this.machine = machine;
    }

    Machine machine() {
        return machine;
    }

    VirtualTime time() {
        return time;
    }

    long nextId() {
        return ++ids;
    }

    /** @return processes that the OOM killer chose, and who died with them */
    int oomKills() {
        return oomKills;
    }

    long availableBytes() {
        return Math.max(0, machine.forSessionsBytes() - usedBytes);
    }

    /** A process is born. */
    Task start(Group group, int oomScoreAdj, List<? extends Task.Step> steps, IntConsumer exited) {
        Task task = new Task(++pids, group, oomScoreAdj, steps, exited);
        group.tasks.add(task);
        later(task, 0);
        return task;
    }

    private void later(Task task, long ns) {
        time.after(ns, () -> run(task));
    }

    /** Goes on with what it was doing, or with the next step. */
    private void run(Task task) {
        if (task.isDead()) {
            return;
        }
        if (task.group().stopped(time.nowNs())) {
            park(task);
        } else if (task.filling) {
            fill(task);
        } else {
            step(task);
        }
    }

    private void park(Task task) {
        task.parked = true;
        filling.remove(task);
        long heldNs = heldUntilNs(task.group()) - time.nowNs();
        if (heldNs > 0) {
            time.after(heldNs, () -> goOn(task));
        }
    }

    private static long heldUntilNs(Group group) {
        return Math.max(group.heldUntilNs, group.parent() == null ? 0 : heldUntilNs(group.parent()));
    }

    /** What stopped the group is over. */
    void goOn(Group group) {
        group.allTasks().forEach(this::goOn);
    }

    private void goOn(Task task) {
        if (task.parked && !task.group().stopped(time.nowNs())) {
            task.parked = false;
            later(task, 0);
        }
    }

    private void step(Task task) {
        Task.Step step = task.take();
        if (step == null) {
            end(task, 0);
        } else if (step instanceof Task.Pause pause) {
            later(task, pause.ns());
        } else if (step instanceof Task.Do something) {
            something.what().accept(() -> later(task, 0));
        } else if (step instanceof Task.Hold hold) {
            long more = hold.bytes() - task.heldBytes;
            if (more <= 0) {
                charge(task, more);
                later(task, 0);
            } else {
                task.wantedBytes = hold.bytes();
                task.filling = true;
                fill(task);
            }
        }
    }

    /** Takes the next chunk, and the time that it takes. */
    private void fill(Task task) {
        long missing = task.wantedBytes - task.heldBytes;
        if (missing <= 0) {
            task.filling = false;
            filling.remove(task);
            step(task);
            return;
        }
        if (!filling.contains(task)) {
            filling.add(task);
        }
        long chunk = Math.min(missing, Math.max(BATCH_BYTES, Math.min(LARGEST_CHUNK_BYTES, toSoftLimit(task.group()))));
        if (!makeRoom(task, chunk)) {
            return;
        }
        charge(task, chunk);
        long delayNs = highDelayNs(task, chunk);
        later(task, Math.round(chunk / rate(task) * NS_PER_S) + delayNs);
    }

    private static long toSoftLimit(Group group) {
        long least = Long.MAX_VALUE;
        for (Group each = group; each != null; each = each.parent()) {
            least = Math.min(least, Math.max(0, each.highBytes() - each.usedBytes));
        }
        return least;
    }

    /** Bytes a second: those that take memory share the CPUs by weight. */
    private double rate(Task task) {
        double all = filling.stream().mapToDouble(Kernel::weight).sum();
        return machine.fillBytesPerS() * Math.min(1, machine.cpus() * weight(task) / all);
    }

    /** Between sessions by theirs, among the tasks of a session alike. */
    private static double weight(Task task) {
        return task.group().parent() == null ? task.group().cpuWeight() : task.group().parent().cpuWeight();
    }

    private void charge(Task task, long bytes) {
        task.heldBytes += bytes;
        usedBytes += bytes;
        for (Group group = task.group(); group != null; group = group.parent()) {
            group.usedBytes += bytes;
            group.peakBytes = Math.max(group.peakBytes, group.usedBytes);
        }
    }

    /** @return whether the task has lived to see room for that much */
    private boolean makeRoom(Task task, long bytes) {
        for (Group group = task.group(); group != null; group = group.parent()) {
            while (group.usedBytes + bytes > group.maxBytes()) {
                count(group, new DomainEvents(0, 0, 1, 1, 0, 0, 0));
                if (outOfMemory(group.allTasks(), group.maxBytes(), task)) {
                    return false;
                }
            }
        }
        while (bytes > availableBytes()) {
            if (outOfMemory(everybody(task.group()), machine.memoryBytes(), task)) {
                return false;
            }
        }
        return true;
    }

    private static List<Task> everybody(Group group) {
        return group.parent() == null ? group.allTasks() : everybody(group.parent());
    }

    /** @return whether the one who asks is dead */
    private boolean outOfMemory(List<Task> candidates, long totalBytes, Task asking) {
        Task victim = candidates.stream().max(Comparator.comparingDouble((Task task) -> badness(task, totalBytes)).thenComparing(Task::pid))
                .orElse(asking);
        List<Task> dying = victim.group().diesAsAWhole() ? victim.group().allTasks() : List.of(victim);
        count(victim.group(), new DomainEvents(0, 0, 0, 0, dying.size(), victim.group().diesAsAWhole() ? 1 : 0, 0));
        oomKills += dying.size();
        dying.forEach(task -> end(task, Task.KILLED));
        return asking.isDead();
    }

    /** As {@code oom_badness}: what it has, and its {@code oom_score_adj} in thousandths of all there is. */
    private static double badness(Task task, long totalBytes) {
        return task.heldBytes + task.oomScoreAdj() / OOM_SCORE_ADJ_WHOLE * totalBytes;
    }

    /** @return for how long the kernel lets it sleep for being above a soft limit */
    private long highDelayNs(Task task, long bytes) {
        double ratio = 0;
        for (Group group = task.group(); group != null; group = group.parent()) {
            if (group.usedBytes > group.highBytes()) {
                count(group, new DomainEvents(0, 1, 0, 0, 0, 0, 0));
                ratio = Math.max(ratio, (group.usedBytes - group.highBytes()) / (double) Math.max(1, group.highBytes()));
            }
        }
        double seconds = Math.min(LONGEST_DELAY_S, DELAY_S * ratio * ratio * bytes / BATCH_BYTES);
        if (seconds <= SHORTEST_DELAY_S) {
            return 0;
        }
        long ns = Math.round(seconds * NS_PER_S);
        for (Group group = task.group(); group != null; group = group.parent()) {
            group.stallNs += ns;
            List.copyOf(group.triggers).forEach(trigger -> trigger.stalled(time.nowNs(), ns));
        }
        return ns;
    }

    private void count(Group at, DomainEvents more) {
        at.ownEvents = sum(at.ownEvents, more);
        for (Group group = at; group != null; group = group.parent()) {
            group.events = sum(group.events, more);
            List.copyOf(group.listeners).forEach(listener -> listener.memoryEvents());
        }
    }

    private static DomainEvents sum(DomainEvents a, DomainEvents b) {
        return new DomainEvents(a.low() + b.low(), a.high() + b.high(), a.max() + b.max(), a.oom() + b.oom(), a.oomKill() + b.oomKill(),
                a.oomGroupKill() + b.oomGroupKill(), a.pidsMax() + b.pidsMax());
    }

    /** A lower hard limit ends somebody, where the kernel cannot reclaim. */
    void limitsChanged(Group group) {
        while (group.usedBytes > group.maxBytes() && !group.allTasks().isEmpty()) {
            count(group, new DomainEvents(0, 0, 1, 1, 0, 0, 0));
            outOfMemory(group.allTasks(), group.maxBytes(), group.allTasks().get(0));
        }
    }

    /** Ends everything in it. */
    void kill(Group group) {
        group.allTasks().forEach(task -> end(task, Task.KILLED));
    }

    private void end(Task task, int status) {
        if (task.isDead()) {
            return;
        }
        filling.remove(task);
        charge(task, -task.heldBytes);
        task.group().tasks.remove(task);
        task.die();
        // Who hears of it acts later: this may be in the middle of an allocation.
        time.after(0, () -> task.exited(status));
        for (Group group = task.group(); group != null; group = group.parent()) {
            List.copyOf(group.listeners).forEach(listener -> listener.cgroupEvents());
        }
    }
}
