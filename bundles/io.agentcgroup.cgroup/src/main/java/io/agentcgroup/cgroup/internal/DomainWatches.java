package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The watches on one domain. A file is watched while there is a listener for it, however many there are. */
final class DomainWatches {

    private static final Map<ControlFile, Consumer<DomainListener>> WATCHED = Map.of(
            ControlFile.CGROUP_EVENTS, DomainListener::cgroupEvents,
            ControlFile.MEMORY_EVENTS, DomainListener::memoryEvents,
            ControlFile.PIDS_EVENTS, DomainListener::pidsEvents);

    /** What can be watched. */
    static final Set<ControlFile> ALL = WATCHED.keySet();
    /** What changes only when a limit is reached. */
    static final Set<ControlFile> LIMITS = Set.of(ControlFile.MEMORY_EVENTS, ControlFile.PIDS_EVENTS);

    private final Directory directory;
    private final TreeContext tree;
    private final List<Entry> listeners = new CopyOnWriteArrayList<>();

    /** Guarded by this. */
    private final Map<ControlFile, Watch> files = new EnumMap<>(ControlFile.class);
    private final List<Watch> triggers = new ArrayList<>();
    private boolean closed;

    DomainWatches(Directory directory, TreeContext tree) {
        this.directory = directory;
        this.tree = tree;
    }

    synchronized Watch listen(DomainListener listener, Set<ControlFile> wanted) {
        refuseIfClosed();
        Entry entry = new Entry(listener, wanted);
        listeners.add(entry);
        try {
            for (ControlFile file : wanted) {
                if (tree.files().contains(file)) {
                    watchFile(file);
                }
            }
        } catch (RuntimeException refused) {
            unlisten(entry);
            throw refused;
        }
        return () -> unlisten(entry);
    }

    private synchronized void unlisten(Entry entry) {
        listeners.remove(entry);
        files.entrySet().removeIf(file -> {
            boolean unwanted = listeners.stream().noneMatch(other -> other.wanted.contains(file.getKey()));
            if (unwanted) {
                file.getValue().close();
            }
            return unwanted;
        });
    }

    private void watchFile(ControlFile file) {
        files.computeIfAbsent(file, absent -> tree.events().watchFile(directory, file, () -> tellAll(file)));
    }

    private void tellAll(ControlFile file) {
        listeners.stream().filter(entry -> entry.wanted.contains(file))
                .forEach(entry -> KernelEvents.tell(() -> WATCHED.get(file).accept(entry.listener)));
    }

    synchronized Watch listenToPressure(boolean full, Duration stall, Duration window, Runnable action) {
        refuseIfClosed();
        Watch trigger = tree.events().watchPressure(directory, full, stall, window, action);
        triggers.add(trigger);
        return () -> {
            synchronized (this) {
                triggers.remove(trigger);
            }
            trigger.close();
        };
    }

    synchronized void close() {
        closed = true;
        listeners.clear();
        files.values().forEach(Watch::close);
        files.clear();
        triggers.forEach(Watch::close);
        triggers.clear();
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException(directory.path() + " was closed");
        }
    }

    /** One registration of a listener: two may have the same one, and each is closed for itself. */
    private static final class Entry {

        private final DomainListener listener;
        private final Set<ControlFile> wanted;

        Entry(DomainListener listener, Set<ControlFile> wanted) {
            this.listener = listener;
            this.wanted = wanted;
        }
    }
}
