package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.cgroup.TreeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tree on a host that has cgroup v2. Needs no framework, so that tests can open one. */
public final class SessionTree implements CgroupTree, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SessionTree.class);

    private final RootPlace place;
    private final TreeInfo info;
    private final TreeContext context;
    private final CgroupDomain root;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Guarded by itself. */
    private final Map<SessionName, CgroupSession> sessions = new HashMap<>();

    private SessionTree(RootPlace place, HostProbe probe, KernelEvents events) {
        this.place = place;
        this.info = new TreeInfo(place.directory().path(), place.delegated(),
                probe.controllers().stream().map(Controller::word).collect(Collectors.toSet()), probe.hostMemoryBytes(),
                probe.capabilities());
        this.context = new TreeContext(events, probe.files(), probe.controllers());
        TreeContext rootContext = new TreeContext(events, probe.rootFiles(), probe.controllers());
        this.root = new CgroupDomain(place.directory(), place.name(), place.directory(), rootContext, () -> { });
    }

    /**
     * Finds the place for the tree, enables the controllers and takes what is there.
     *
     * @throws CgroupException if there is no place
     */
    public static SessionTree open(TreeSettings settings) {
        MountTable mounts = MountTable.parse(text("/proc/self/mountinfo"));
        MountTable.Cgroup2 mounted = mounts.cgroup2().orElseThrow(
                () -> new CgroupException("cgroup v2 is not mounted; mount -t cgroup2 none /sys/fs/cgroup", 0));
        Directory mount = Directory.openMount(mounted.mountPoint(), new Buffers());
        try {
            RootPlace place = RootPlace.find(mount, mounted, text("/proc/self/cgroup"), settings);
            try {
                HostProbe probe = new HostProbe(mounts, place, text("/proc/meminfo")).probe();
                return new SessionTree(place, probe, new KernelEvents());
            } catch (RuntimeException refused) {
                place.directory().close();
                throw refused;
            }
        } catch (RuntimeException refused) {
            mount.close();
            throw refused;
        }
    }

    private static String text(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new CgroupException("read " + path + ": " + e.getMessage(), 0);
        }
    }

    @Override
    public TreeInfo info() {
        return info;
    }

    @Override
    public void becomeBatchThread() {
        if (Libc.sched_setscheduler(Libc.THIS_THREAD, Libc.SCHED_BATCH, new byte[Libc.SCHED_PARAM_BYTES]) != 0) {
            LOG.debug("Background work may delay calls: {}", Failures.last("sched_setscheduler").getMessage());
        }
    }

    @Override
    public void applyToRoot(Limits limits) {
        root.apply(limits);
    }

    @Override
    public Usage rootUsage() {
        return root.usage();
    }

    @Override
    public OptionalLong rootMemoryCurrentBytes() {
        return root.memoryCurrentBytes();
    }

    @Override
    public long rootReclaimableFileBytes() {
        return root.reclaimableFileBytes();
    }

    @Override
    public Optional<Domain.Watch> watchRootMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        return root.watchMemoryPressure(full, stall, window, action);
    }

    @Override
    public SessionNode session(SessionName name) {
        refuseReserved(name);
        synchronized (sessions) {
            CgroupSession open = sessions.get(name);
            if (open == null || open.isClosed()) {
                open = CgroupSession.open(place.directory(), name, context, this::forget);
                sessions.put(name, open);
            }
            return open;
        }
    }

    private static void refuseReserved(SessionName name) {
        try {
            ReservedNames.check(name);
        } catch (IllegalArgumentException e) {
            throw new CgroupException(e.getMessage(), 0);
        }
    }

    private void forget(CgroupSession session) {
        synchronized (sessions) {
            sessions.remove(session.name(), session);
        }
    }

    @Override
    public List<SessionNode> sessions() {
        List<SessionNode> found = new ArrayList<>();
        for (String child : place.directory().children(child -> sessionName(child).isPresent())) {
            sessionName(child).flatMap(this::adopted).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<SessionName> sessionName(String child) {
        try {
            return Optional.of(ReservedNames.check(new SessionName(child)));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** One session that cannot be opened must not hide the others from a restarted daemon. */
    private Optional<SessionNode> adopted(SessionName name) {
        try {
            return Optional.of(session(name));
        } catch (CgroupException e) {
            LOG.warn("Session {} is in the tree but cannot be opened: {}", name, e.getMessage());
            return Optional.empty();
        }
    }

    /** Closes all descriptors and leaves the directories to the next daemon; a root of our own goes if nothing is in it. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        List<CgroupSession> open;
        synchronized (sessions) {
            open = List.copyOf(sessions.values());
        }
        open.forEach(CgroupSession::close);
        context.events().close();
        root.close();
        place.parent().ifPresent(parent -> {
            removeIfEmpty(parent);
            parent.close();
        });
    }

    private void removeIfEmpty(Directory parent) {
        try {
            parent.remove(place.name());
        } catch (CgroupException e) {
            if (e.errno() != Libc.EBUSY) {
                LOG.warn("The empty root of the tree stays: {}", e.getMessage());
            }
        }
    }
}
