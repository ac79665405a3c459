package io.agentcgroup.engine.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A directory that is none: for the engine's logic only. What the kernel does is tested on a kernel. */
class FakeDomain implements Domain {

    final String path;
    final List<Limits> applied = new CopyOnWriteArrayList<>();
    final List<Boolean> freezes = new CopyOnWriteArrayList<>();
    /** Written by the engine's threads and by the test. */
    final Map<String, String> attributes = new ConcurrentHashMap<>();
    private final List<DomainListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Integer> processes = new ArrayList<>();
    volatile DomainEvents events = DomainEvents.ZERO;
    volatile DomainEvents ownEvents = DomainEvents.ZERO;
    volatile Usage usage = Usages.UNKNOWN;
    volatile boolean removed;
    volatile boolean killed;
    volatile boolean refusesLimits;

    FakeDomain(String path) {
        this.path = path;
    }

    /** As if these were all the processes in it now. */
    void live(Integer... pids) {
        synchronized (processes) {
            processes.clear();
            processes.addAll(List.of(pids));
        }
        listeners.forEach(DomainListener::cgroupEvents);
    }

    void memoryEvents(DomainEvents now) {
        events = now;
        listeners.forEach(DomainListener::memoryEvents);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int directoryDescriptor() {
        return 7;
    }

    @Override
    public long parentId() {
        return 1;
    }

    @Override
    public long id() {
        return path.hashCode();
    }

    @Override
    public void apply(Limits limits) {
        if (refusesLimits) {
            throw new CgroupException("write " + path + "/memory.max: no", 16);
        }
        applied.add(limits);
    }

    @Override
    public Usage usage() {
        return usage;
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
    public boolean populated() {
        synchronized (processes) {
            return !processes.isEmpty();
        }
    }

    @Override
    public List<Integer> processes() {
        synchronized (processes) {
            return List.copyOf(processes);
        }
    }

    @Override
    public void freeze(boolean frozen) {
        freezes.add(frozen);
    }

    @Override
    public void kill() {
        killed = true;
        live();
    }

    @Override
    public boolean reclaim(long bytes) {
        return true;
    }

    @Override
    public int moveProcessesTo(Domain target) {
        List<Integer> moved = processes();
        ((FakeDomain) target).live(moved.toArray(Integer[]::new));
        live();
        return moved.size();
    }

    @Override
    public Optional<String> attribute(String key) {
        return Optional.ofNullable(attributes.get(key));
    }

    @Override
    public void setAttribute(String key, String value) {
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
        return Optional.empty();
    }

    @Override
    public OptionalLong memoryCurrentBytes() {
        return OptionalLong.empty();
    }

    @Override
    public void remove() {
        removed = true;
        close();
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
