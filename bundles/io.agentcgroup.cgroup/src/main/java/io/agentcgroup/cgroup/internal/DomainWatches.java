package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.cgroup.DomainListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The watches on one domain. Its files are watched while there is a listener, however many there are. */
final class DomainWatches {

    private static final Map<ControlFile, Consumer<DomainListener>> WATCHED = Map.of(
            ControlFile.CGROUP_EVENTS, DomainListener::cgroupEvents,
            ControlFile.MEMORY_EVENTS, DomainListener::memoryEvents,
            ControlFile.PIDS_EVENTS, DomainListener::pidsEvents);

    private final Directory directory;
    private final TreeContext tree;
    private final List<DomainListener> listeners = new CopyOnWriteArrayList<>();

    /** Guarded by this. */
    private final List<Watch> files = new ArrayList<>();
    private final List<Watch> triggers = new ArrayList<>();
    private boolean closed;

    DomainWatches(Directory directory, TreeContext tree) {
        this.directory = directory;
        this.tree = tree;
    }

    synchronized Watch listen(DomainListener listener) {
        refuseIfClosed();
        // Two watches may have the same listener, and each is closed for itself.
        DomainListener entry = new Entry(listener);
        listeners.add(entry);
        if (files.isEmpty()) {
            try {
                watchFiles();
            } catch (RuntimeException refused) {
                closeFiles();
                listeners.remove(entry);
                throw refused;
            }
        }
        return () -> unlisten(entry);
    }

    private synchronized void unlisten(DomainListener entry) {
        listeners.remove(entry);
        if (listeners.isEmpty()) {
            closeFiles();
        }
    }

    private void watchFiles() {
        WATCHED.forEach((file, tell) -> {
            if (tree.files().contains(file)) {
                files.add(tree.events().watchFile(directory, file, () -> tellAll(tell)));
            }
        });
    }

    private void tellAll(Consumer<DomainListener> tell) {
        listeners.forEach(listener -> KernelEvents.tell(() -> tell.accept(listener)));
    }

    private void closeFiles() {
        files.forEach(Watch::close);
        files.clear();
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
        closeFiles();
        triggers.forEach(Watch::close);
        triggers.clear();
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException(directory.path() + " was closed");
        }
    }

    /** One registration of a listener. */
    private static final class Entry implements DomainListener {

        private final DomainListener listener;

        Entry(DomainListener listener) {
            this.listener = listener;
        }

        @Override
        public void cgroupEvents() {
            listener.cgroupEvents();
        }

        @Override
        public void memoryEvents() {
            listener.memoryEvents();
        }

        @Override
        public void pidsEvents() {
            listener.pidsEvents();
        }
    }
}
