package io.agentcgroup.simulate;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A cgroup of the modelled kernel: what it uses and may use, who lives in it, and who listens. Decides nothing; see {@link Kernel}. */
class Group implements Domain {

    private static final int ENOENT = 2;

    private final Kernel kernel;
    private final String path;
    private final Group parent;
    private final long id;
    final Set<Group> children = new LinkedHashSet<>();
    final Set<Task> tasks = new LinkedHashSet<>();
    final List<DomainListener> listeners = new ArrayList<>();
    final List<StallTrigger> triggers = new ArrayList<>();
    private final Map<String, String> attributes = new HashMap<>();
    Limits limits = Limits.NONE;
    long usedBytes;
    long peakBytes;
    long stallNs;
    boolean frozen;
    /** Off the CPU until then, by the kernel's hand. */
    long heldUntilNs;
    DomainEvents events = DomainEvents.ZERO;
    DomainEvents ownEvents = DomainEvents.ZERO;
    private boolean removed;

    Group(Kernel kernel, String path, Group parent) {
        this.kernel = kernel;
        this.path = path;
        this.parent = parent;
        this.id = kernel.nextId();
        if (parent != null) {
            parent.children.add(this);
        }
    }

    Kernel kernel() {
        return kernel;
    }

    Group parent() {
        return parent;
    }

    long maxBytes() {
        return limits.memoryMaxBytes().orElse(Limits.UNLIMITED);
    }

    long highBytes() {
        return limits.memoryHighBytes().orElse(Limits.UNLIMITED);
    }

    boolean diesAsAWhole() {
        return limits.oomGroup().orElse(false);
    }

    int cpuWeight() {
        return limits.cpuWeight().orElse(100);
    }

    /** @return whether nothing in it runs, by its own or by an upper freeze or hold */
    boolean stopped(long nowNs) {
        return frozen || heldUntilNs > nowNs || parent != null && parent.stopped(nowNs);
    }

    /** @return all tasks in it and below it */
    List<Task> allTasks() {
        List<Task> all = new ArrayList<>(tasks);
        children.forEach(child -> all.addAll(child.allTasks()));
        return all;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int directoryDescriptor() {
        return Math.toIntExact(id);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public long parentId() {
        return parent == null ? 0 : parent.id;
    }

    @Override
    public void apply(Limits change) {
        check();
        Limits.Builder merged = limits.toBuilder();
        change.memoryMinBytes().ifPresent(merged::memoryMinBytes);
        change.memoryLowBytes().ifPresent(merged::memoryLowBytes);
        change.memoryHighBytes().ifPresent(merged::memoryHighBytes);
        change.memoryMaxBytes().ifPresent(merged::memoryMaxBytes);
        change.oomGroup().ifPresent(merged::oomGroup);
        change.cpuWeight().ifPresent(merged::cpuWeight);
        limits = merged.build();
        kernel.limitsChanged(this);
    }

    private void check() {
        if (removed) {
            throw new CgroupException(path + " is gone", ENOENT);
        }
    }

    @Override
    public Usage usage() {
        OptionalLong none = OptionalLong.empty();
        return new Usage(OptionalLong.of(usedBytes), OptionalLong.of(peakBytes), OptionalLong.of(0), OptionalLong.of(usedBytes), OptionalLong.of(0),
                none, none, none, none, OptionalLong.of(allTasks().size()), none, OptionalLong.of(stallNs / 1_000), none, none, none);
    }

    @Override
    public DomainEvents events() {
        return events;
    }

    @Override
    public DomainEvents ownEvents() {
        return ownEvents;
    }

    @Override
    public OptionalLong memoryCurrentBytes() {
        return OptionalLong.of(usedBytes);
    }

    @Override
    public boolean populated() {
        check();
        return !allTasks().isEmpty();
    }

    @Override
    public List<Integer> processes() {
        return tasks.stream().map(Task::pid).toList();
    }

    @Override
    public void freeze(boolean stop) {
        check();
        frozen = stop;
        if (!stop) {
            kernel.goOn(this);
        }
    }

    @Override
    public void kill() {
        check();
        kernel.kill(this);
    }

    /** What is modelled is memory that is no file, on a machine without swap. */
    @Override
    public boolean reclaim(long bytes) {
        return false;
    }

    @Override
    public int moveProcessesTo(Domain target) {
        throw new UnsupportedOperationException("nothing is left over in a simulation");
    }

    @Override
    public Optional<String> attribute(String key) {
        return Optional.ofNullable(attributes.get(key));
    }

    @Override
    public void setAttribute(String key, String value) {
        check();
        attributes.put(key, value);
    }

    @Override
    public Watch watch(DomainListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Watch watchLimits(DomainListener listener) {
        return watch(listener);
    }

    @Override
    public Optional<Watch> watchMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        StallTrigger trigger = new StallTrigger(stall.toNanos(), window.toNanos(), action);
        triggers.add(trigger);
        return Optional.of(() -> triggers.remove(trigger));
    }

    @Override
    public void remove() {
        if (!removed) {
            removed = true;
            listeners.clear();
            if (parent != null) {
                parent.children.remove(this);
            }
        }
    }

    @Override
    public void close() {
        listeners.clear();
        triggers.clear();
    }
}
