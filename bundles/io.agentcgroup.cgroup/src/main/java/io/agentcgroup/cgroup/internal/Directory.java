package io.agentcgroup.cgroup.internal;

import com.sun.jna.Memory;
import io.agentcgroup.api.cgroup.CgroupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * One directory of cgroupfs, held by its descriptor. Everything inside is reached relative to that descriptor, one name at
 * a time and without following links, so that no name can lead out of it.
 *
 * <p>The descriptor is counted: closing while another thread is at work inside closes it when that thread is done, for a
 * number that was given back could by then be another directory's.
 */
final class Directory implements AutoCloseable {

    private static final int OPEN_FLAGS = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
    private static final int MODE = 0755;

    private final int fd;
    private final String path;
    private final Buffers buffers;
    private final AtomicInteger users = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    /** 0 until it is asked for. Threads that ask at once read the same. */
    private volatile long inode;

    private Directory(int fd, String path, Buffers buffers) {
        this.fd = fd;
        this.path = path;
        this.buffers = buffers;
    }

    /**
     * Opens the mount point of a cgroup v2 hierarchy.
     *
     * @throws CgroupException if it is something else
     */
    static Directory openMount(String mountPoint, Buffers buffers) {
        int fd = Libc.openat(Libc.AT_FDCWD, mountPoint, OPEN_FLAGS);
        if (fd < 0) {
            throw Failures.last("open " + mountPoint);
        }
        Directory mount = new Directory(fd, mountPoint, buffers);
        Memory statfs = new Memory(Libc.STATFS_BYTES);
        if (Libc.fstatfs(fd, statfs) != 0 || statfs.getLong(0) != Libc.CGROUP2_SUPER_MAGIC) {
            mount.close();
            throw new CgroupException(mountPoint + " is not cgroup v2", 0);
        }
        return mount;
    }

    String path() {
        return path;
    }

    /** @return the descriptor, for callers who keep this directory open while they use it */
    int descriptor() {
        if (closed.get()) {
            throw new IllegalStateException(path + " was closed");
        }
        return fd;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** @return its inode number, which the kernel uses as the cgroup's id */
    long inode() {
        if (inode == 0) {
            inode = readInode();
        }
        return inode;
    }

    private long readInode() {
        Memory statx = buffers.lend();
        int open = acquire();
        try {
            if (Libc.statx(open, "", Libc.AT_EMPTY_PATH, Libc.STATX_INO, statx) != 0) {
                throw Failures.last("read the inode number of " + path);
            }
            return statx.getLong(Libc.STATX_INO_OFFSET);
        } finally {
            release();
            buffers.giveBack(statx);
        }
    }

    /**
     * Keeps the descriptor alive until {@link #release()}.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    int acquire() {
        for (;;) {
            int count = users.get();
            if (closed.get() || count == 0) {
                throw new IllegalStateException(path + " was closed");
            }
            if (users.compareAndSet(count, count + 1)) {
                return fd;
            }
        }
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            Libc.close(fd);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    /** @return the child of that name */
    Directory open(String name) {
        int parent = acquire();
        try {
            int child = Libc.openat(parent, oneName(name), OPEN_FLAGS);
            if (child < 0) {
                throw Failures.last("open " + path + "/" + name);
            }
            return new Directory(child, path + "/" + name, buffers);
        } finally {
            release();
        }
    }

    /** @return whether it was made now; false if it was there */
    boolean make(String name) {
        int parent = acquire();
        try {
            if (Libc.mkdirat(parent, oneName(name), MODE) == 0) {
                return true;
            }
            int errno = Libc.errno();
            if (errno == Libc.EEXIST) {
                return false;
            }
            throw Failures.of("make " + path + "/" + name, errno);
        } finally {
            release();
        }
    }

    /** Removes the child of that name, gone already or not. */
    void remove(String name) {
        int parent = acquire();
        try {
            if (Libc.unlinkat(parent, oneName(name), Libc.AT_REMOVEDIR) != 0 && Libc.errno() != Libc.ENOENT) {
                throw Failures.last("remove " + path + "/" + name);
            }
        } finally {
            release();
        }
    }

    /** @return the names of the directories in it */
    List<String> children() {
        return children(name -> true);
    }

    /** @return the names of the directories in it, of those that are wanted; the others, mostly files, are not looked at */
    List<String> children(Predicate<String> wanted) {
        int parent = acquire();
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd/" + parent))) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (wanted.test(name) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    names.add(name);
                }
            }
            return names;
        } catch (NoSuchFileException gone) {
            throw Failures.of("list " + path, Libc.ENOENT);
        } catch (IOException | DirectoryIteratorException e) {
            throw new CgroupException("list " + path + ": " + e.getMessage(), 0);
        } finally {
            release();
        }
    }

    /** @return the whole text of a control file */
    String read(ControlFile file) {
        int directory = acquire();
        try {
            int control = openFile(directory, file, Libc.O_RDONLY);
            try {
                return readAll(control, file);
            } finally {
                Libc.close(control);
            }
        } finally {
            release();
        }
    }

    /** @return whether the file is there and can be read, or, where it can only be written, opened */
    boolean offers(ControlFile file) {
        try {
            if (file == ControlFile.CGROUP_KILL || file == ControlFile.MEMORY_RECLAIM) {
                Libc.close(open(file, Libc.O_WRONLY));
            } else {
                read(file);
            }
            return true;
        } catch (CgroupException absent) {
            return false;
        }
    }

    /** Writes a control file, in one system call as the kernel wants it. */
    void write(ControlFile file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int control = open(file, Libc.O_WRONLY | nonBlocking(file));
        try {
            long written;
            do {
                written = Libc.write(control, bytes, bytes.length);
            } while (written < 0 && Libc.errno() == Libc.EINTR);
            if (written < 0) {
                throw Failures.last("write " + text + " to " + path + "/" + file.fileName());
            }
        } finally {
            Libc.close(control);
        }
    }

    /**
     * A lowered memory limit makes the kernel reclaim in the writer's name until usage is below it, which can take seconds.
     * Since Linux 6.16 a non-blocking write leaves that to the domain's own tasks; older kernels ignore the flag.
     */
    private static int nonBlocking(ControlFile file) {
        return file == ControlFile.MEMORY_HIGH || file == ControlFile.MEMORY_MAX ? Libc.O_NONBLOCK : 0;
    }

    /** @return a descriptor of a control file, to be closed by the caller */
    int open(ControlFile file, int flags) {
        int directory = acquire();
        try {
            return openFile(directory, file, flags);
        } finally {
            release();
        }
    }

    private int openFile(int directory, ControlFile file, int flags) {
        int control = Libc.openat(directory, file.fileName(), flags | Libc.O_NOFOLLOW | Libc.O_CLOEXEC);
        if (control < 0) {
            throw Failures.last("open " + path + "/" + file.fileName());
        }
        return control;
    }

    /** @return everything from the current position of {@code control} to its end */
    private String readAll(int control, ControlFile file) {
        Memory buffer = buffers.lend();
        try {
            ByteArrayOutputStream earlier = null;
            for (;;) {
                long count = Libc.read(control, buffer, Buffers.BYTES);
                if (count < 0) {
                    if (Libc.errno() == Libc.EINTR) {
                        continue;
                    }
                    throw Failures.last("read " + path + "/" + file.fileName());
                }
                byte[] piece = buffer.getByteArray(0, (int) count);
                // Only a list of processes can be longer than one read; the others are over with their only one.
                if (earlier == null && (count == 0 || file.form() != ControlFile.Form.LINES)) {
                    return new String(piece, StandardCharsets.US_ASCII);
                }
                if (count == 0) {
                    return earlier.toString(StandardCharsets.US_ASCII);
                }
                earlier = earlier == null ? new ByteArrayOutputStream() : earlier;
                earlier.writeBytes(piece);
            }
        } finally {
            buffers.giveBack(buffer);
        }
    }

    /** Gives a control file to a user. */
    void chown(ControlFile file, int uid, int gid) {
        acquire();
        try {
            chownHeld(file, uid, gid);
        } finally {
            release();
        }
    }

    /** {@link #chown} for a caller who has acquired the directory, which may have been closed since. */
    void chownHeld(ControlFile file, int uid, int gid) {
        if (Libc.fchownat(fd, file.fileName(), uid, gid, Libc.AT_SYMLINK_NOFOLLOW) != 0) {
            throw Failures.last("give " + path + "/" + file.fileName() + " to user " + uid + ", group " + gid);
        }
    }

    Optional<String> attribute(String name) {
        int directory = acquire();
        Memory buffer = buffers.lend();
        try {
            long count = Libc.fgetxattr(directory, name, buffer, Buffers.BYTES);
            if (count < 0 && Libc.errno() == Libc.ERANGE) {
                // Larger values are rare, so they do not come from the pool. 64 KiB is the kernel's bound.
                Memory large = new Memory(64 * 1024);
                count = Libc.fgetxattr(directory, name, large, large.size());
                return Optional.of(attributeText(name, large, count));
            }
            if (count < 0 && Libc.errno() == Libc.ENODATA) {
                return Optional.empty();
            }
            return Optional.of(attributeText(name, buffer, count));
        } finally {
            buffers.giveBack(buffer);
            release();
        }
    }

    private String attributeText(String name, Memory value, long count) {
        if (count < 0) {
            throw Failures.last("read attribute " + name + " of " + path);
        }
        return new String(value.getByteArray(0, (int) count), StandardCharsets.UTF_8);
    }

    void setAttribute(String name, byte[] value) {
        int directory = acquire();
        try {
            if (Libc.fsetxattr(directory, name, value, value.length, 0) != 0) {
                throw Failures.last("set attribute " + name + " of " + path);
            }
        } finally {
            release();
        }
    }

    /**
     * Waits until no process lives in it or below it. The kernel wakes us; nothing is polled.
     *
     * @return whether that was so within the time
     */
    boolean awaitEmpty(long timeoutMs) {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        for (;;) {
            int events = open(ControlFile.CGROUP_EVENTS, Libc.O_RDONLY);
            try {
                // Reading arms the notification: a change after this is told by poll.
                if (ControlText.keyed(readAll(events, ControlFile.CGROUP_EVENTS), "populated").orElse(0) == 0) {
                    return true;
                }
                long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0 || !Poll.awaitPriority(events, (int) leftMs)) {
                    return false;
                }
            } finally {
                Libc.close(events);
            }
        }
    }

    private static String oneName(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not the name of a directory: " + name);
        }
        return name;
    }

    @Override
    public String toString() {
        return path;
    }
}
