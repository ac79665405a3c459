package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.DomainListener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/** A domain on cgroupfs. */
class CgroupDomain implements Domain {

    private static final String ATTRIBUTE_PREFIX = "trusted.agentcgroup.";
    private static final Pattern ATTRIBUTE_KEY = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int ATTRIBUTE_MOST_BYTES = 32 * 1024;

    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(500);
    private static final Duration LONGEST_WINDOW = Duration.ofSeconds(10);

    /** As long as killed processes may take to leave: they free their memory first, gigabytes in some tenths of a second. */
    private static final long EXITING_MS = 2_000;

    private final Directory parent;
    private final String name;
    private final Directory directory;
    private final TreeContext tree;
    private final DomainWatches watches;
    private final Runnable forget;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param parent where it is in, to remove it from; not closed with it
     * @param name its name there
     * @param directory the open directory, closed with the domain
     * @param forget run once, when the domain is closed
     */
    CgroupDomain(Directory parent, String name, Directory directory, TreeContext tree, Runnable forget) {
        this.parent = parent;
        this.name = name;
        this.directory = directory;
        this.tree = tree;
        this.watches = new DomainWatches(directory, tree);
        this.forget = forget;
    }

    final Directory directory() {
        return directory;
    }

    final TreeContext tree() {
        return tree;
    }

    final boolean isClosed() {
        return closed.get();
    }

    @Override
    public String path() {
        return directory.path();
    }

    @Override
    public int directoryDescriptor() {
        return directory.descriptor();
    }

    @Override
    public long id() {
        return directory.inode();
    }

    @Override
    public long parentId() {
        return parent.inode();
    }

    @Override
    public void apply(Limits limits) {
        OptionalLong currentMax = LimitWrites.orderMatters(limits) ? value(ControlFile.MEMORY_MAX) : OptionalLong.empty();
        for (LimitWrites.Write write : LimitWrites.plan(limits, currentMax)) {
            if (tree.files().contains(write.file())) {
                directory.write(write.file(), write.text());
            }
        }
    }

    @Override
    public Usage usage() {
        String memory = text(ControlFile.MEMORY_STAT);
        String cpu = text(ControlFile.CPU_STAT);
        String memoryPressure = text(ControlFile.MEMORY_PRESSURE);
        return new Usage(value(ControlFile.MEMORY_CURRENT), value(ControlFile.MEMORY_PEAK),
                value(ControlFile.MEMORY_SWAP_CURRENT),
                ControlText.keyed(memory, "anon"), ControlText.keyed(memory, "file"),
                ControlText.keyed(cpu, "usage_usec"), ControlText.keyed(cpu, "user_usec"),
                ControlText.keyed(cpu, "system_usec"), ControlText.keyed(cpu, "throttled_usec"),
                value(ControlFile.PIDS_CURRENT), value(ControlFile.PIDS_PEAK),
                ControlText.stallUs(memoryPressure, "some"), ControlText.stallUs(memoryPressure, "full"),
                ControlText.stallUs(text(ControlFile.CPU_PRESSURE), "some"),
                ControlText.stallUs(text(ControlFile.IO_PRESSURE), "some"));
    }

    @Override
    public DomainEvents events() {
        return events(text(ControlFile.MEMORY_EVENTS), text(ControlFile.PIDS_EVENTS));
    }

    @Override
    public DomainEvents ownEvents() {
        return events(text(ControlFile.MEMORY_EVENTS_LOCAL), text(ControlFile.PIDS_EVENTS_LOCAL));
    }

    @Override
    public OptionalLong memoryCurrentBytes() {
        return value(ControlFile.MEMORY_CURRENT);
    }

    @Override
    public OptionalLong memoryAnonBytes() {
        return ControlText.keyed(text(ControlFile.MEMORY_STAT), "anon");
    }

    /** @return pages of files on the kernel's lists; those of {@code tmpfs} are not on them */
    long reclaimableFileBytes() {
        String stat = text(ControlFile.MEMORY_STAT);
        return count(stat, "inactive_file") + count(stat, "active_file");
    }

    private static DomainEvents events(String memory, String pids) {
        return new DomainEvents(count(memory, "low"), count(memory, "high"), count(memory, "max"), count(memory, "oom"),
                count(memory, "oom_kill"), count(memory, "oom_group_kill"), count(pids, "max"));
    }

    /** @return the text of a file; nothing when this kernel does not have it */
    private String text(ControlFile file) {
        return tree.files().contains(file) ? directory.read(file) : "";
    }

    private OptionalLong value(ControlFile file) {
        return ControlText.value(text(file));
    }

    private static long count(String text, String key) {
        return ControlText.keyed(text, key).orElse(0);
    }

    @Override
    public boolean populated() {
        return count(directory.read(ControlFile.CGROUP_EVENTS), "populated") != 0;
    }

    @Override
    public List<Integer> processes() {
        return ControlText.processes(directory.read(ControlFile.CGROUP_PROCS));
    }

    @Override
    public void freeze(boolean frozen) {
        directory.write(ControlFile.CGROUP_FREEZE, frozen ? "1" : "0");
    }

    @Override
    public void kill() {
        if (!tree.files().contains(ControlFile.CGROUP_KILL)) {
            throw new CgroupException("end the processes of " + path() + ": cgroup.kill needs Linux 5.14", 0);
        }
        directory.write(ControlFile.CGROUP_KILL, "1");
    }

    @Override
    public boolean reclaim(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes to reclaim cannot be negative: " + bytes);
        }
        if (!tree.files().contains(ControlFile.MEMORY_RECLAIM)) {
            return false;
        }
        try {
            directory.write(ControlFile.MEMORY_RECLAIM, Long.toString(bytes));
            return true;
        } catch (CgroupException e) {
            if (e.errno() == Libc.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public int moveProcessesTo(Domain target) {
        if (!(target instanceof CgroupDomain destination)) {
            throw new IllegalArgumentException("not a domain of this tree: " + target);
        }
        return new Mover(directory, destination.directory).moveAll();
    }

    @Override
    public Optional<String> attribute(String key) {
        return directory.attribute(attributeName(key));
    }

    @Override
    public void setAttribute(String key, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > ATTRIBUTE_MOST_BYTES) {
            throw new IllegalArgumentException(
                    "attribute " + key + " takes " + ATTRIBUTE_MOST_BYTES + " bytes at most, not " + bytes.length);
        }
        directory.setAttribute(attributeName(key), bytes);
    }

    private static String attributeName(String key) {
        if (!ATTRIBUTE_KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not the key of an attribute: " + key);
        }
        return ATTRIBUTE_PREFIX + key;
    }

    @Override
    public Watch watch(DomainListener listener) {
        return watches.listen(Objects.requireNonNull(listener), DomainWatches.ALL);
    }

    @Override
    public Watch watchLimits(DomainListener listener) {
        return watches.listen(Objects.requireNonNull(listener), DomainWatches.LIMITS);
    }

    @Override
    public Optional<Watch> watchMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        if (window.compareTo(SHORTEST_WINDOW) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
            throw new IllegalArgumentException("the window of a trigger is 500 ms to 10 s, not " + window);
        }
        if (stall.isNegative() || stall.isZero() || stall.compareTo(window) > 0) {
            throw new IllegalArgumentException("the stall of a trigger is more than 0 and at most its window, not " + stall);
        }
        if (!tree.files().contains(ControlFile.MEMORY_PRESSURE)) {
            return Optional.empty();
        }
        return Optional.of(watches.listenToPressure(full, stall, window, Objects.requireNonNull(action)));
    }

    @Override
    public void remove() {
        if (closed.get()) {
            throw new IllegalStateException(path() + " was closed");
        }
        new Remover(parent, name, directory).remove(EXITING_MS);
        close();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Watches first: whoever opens the directory anew must find it unwatched.
            watches.close();
            directory.close();
            forget.run();
        }
    }

    @Override
    public String toString() {
        return path();
    }
}
