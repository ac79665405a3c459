package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What is expensive to make, kept between runs: one folder an entry, named {@code <kind>-<key>}, where the key stands for
 * everything the entry was made from.
 *
 * <p>An entry is built in a folder of its own and renamed into place when it is whole, so a reader never sees half an
 * entry, and a crash leaves only a folder that the next builder removes. Whoever builds, builds alone: two runs at once
 * would fetch everything twice, and share apt's state.
 */
final class Cache {

    /** Makes the contents of an entry in {@code folder}, which exists and is empty. */
    interface Builder {
        void build(Path folder) throws IOException, InterruptedException;
    }

    /** Entries made from other inputs stay this long after their last use: two checkouts may take turns. */
    private static final Duration KEPT_UNUSED = Duration.ofDays(7);

    /** File locks belong to the process; these keep the threads of one process apart. */
    private static final Map<Path, ReentrantLock> THREAD_LOCKS = new ConcurrentHashMap<>();

    private final Path home;
    private final Progress progress;

    Cache(Path home, Progress progress) {
        this.home = home;
        this.progress = progress;
    }

    static Path defaultHome() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        // The XDG specification: a relative path is invalid and to be ignored.
        Path base = xdg != null && xdg.startsWith("/") ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("agentcgroup");
    }

    /** A folder in the cache for what is neither an entry nor temporary; the cache itself for the empty name. */
    Path folder(String name) throws GuestException {
        try {
            return Files.createDirectories(home.resolve(name));
        } catch (IOException e) {
            throw new GuestException("The cache folder " + home.resolve(name) + " cannot be made: " + e.getMessage()
                    + " (set XDG_CACHE_HOME to a writable folder)", e);
        }
    }

    /**
     * Returns the folder of an entry, building it first when it is not there.
     *
     * @param fresh build it even when it is there; if that fails, the old one is kept, which is said
     */
    @SuppressWarnings("try") // The lock is held, not used.
    Path entry(String kind, String key, boolean fresh, Builder builder) throws GuestException, InterruptedException {
        Path entry = folder("").resolve(kind + "-" + key);
        if (!fresh && Files.isDirectory(entry)) {
            touch(entry);
            return entry;
        }
        try (Held turn = lock()) {
            if (!Files.isDirectory(entry)) {
                replace(entry, kind, builder);
            } else if (fresh) {
                refresh(entry, kind, builder);
            }
            touch(entry);
            prune(kind, entry);
            return entry;
        } catch (GuestException e) {
            throw e;
        } catch (IOException e) {
            throw new GuestException("The " + kind + " of the guest could not be made in " + home + ": " + e.getMessage(), e);
        }
    }

    private void refresh(Path entry, String kind, Builder builder) throws IOException, InterruptedException {
        try {
            replace(entry, kind, builder);
        } catch (GuestException e) {
            progress.say("keeping the " + kind + " that is in the cache: " + e.getMessage());
        }
    }

    private void replace(Path entry, String kind, Builder builder) throws IOException, InterruptedException {
        Path making = home.resolve("making-" + kind);
        Folders.delete(making);
        Files.createDirectories(making);
        try {
            builder.build(making);
            // A guest that runs from the old entry keeps its open files.
            Folders.delete(entry);
            Files.move(making, entry, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(making);
        }
    }

    private void prune(String kind, Path keep) throws IOException {
        Instant oldest = Instant.now().minus(KEPT_UNUSED);
        List<Path> stale;
        try (Stream<Path> entries = Files.list(home)) {
            stale = entries.filter(path -> path.getFileName().toString().startsWith(kind + "-") && !path.equals(keep)).toList();
        }
        for (Path entry : stale) {
            if (Files.isDirectory(entry) && Files.getLastModifiedTime(entry).toInstant().isBefore(oldest)) {
                Folders.delete(entry);
            }
        }
    }

    /** The time of an entry is that of its last use. */
    private static void touch(Path entry) {
        try {
            Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // A cache that is read-only for us is as good as any other.
        }
    }

    private Held lock() throws IOException {
        Path file = home.resolve("preparing.lock");
        ReentrantLock threadLock = THREAD_LOCKS.computeIfAbsent(file, key -> new ReentrantLock());
        threadLock.lock();
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                progress.say("another run is preparing a guest, waiting for it");
                channel.lock();
            }
            return new Held(channel, threadLock);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            threadLock.unlock();
            throw e;
        }
    }

    private record Held(FileChannel channel, ReentrantLock threadLock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                threadLock.unlock();
            }
        }
    }
}
