package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * An open descriptor of something in the kernel. It is really closed when nobody uses it any more: its number could mean
 * something else the next moment.
 */
final class Descriptor implements AutoCloseable {

    /** More than any {@code struct bpf_*_info} that we read; the kernel fills in what it has. */
    static final int INFO_BYTES = 128;

    private final String what;
    private final int fd;
    private int users;
    private boolean closed;

    /** @param what for messages */
    Descriptor(String what, int fd) {
        this.what = what;
        this.fd = fd;
    }

    /** @return another descriptor of the same thing, that closes on exec */
    static Descriptor duplicateOf(String what, int fd) {
        int duplicate = Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 0);
        if (duplicate < 0) {
            throw BpfLibrary.failure("duplicate the descriptor of " + what, Libc.errno());
        }
        return new Descriptor(what, duplicate);
    }

    /** @return what {@code use} makes of the open descriptor */
    <T> T with(IntFunction<T> use) {
        synchronized (this) {
            refuseIfClosed();
            users++;
        }
        try {
            return use.apply(fd);
        } finally {
            synchronized (this) {
                users--;
                closeIfUnused();
            }
        }
    }

    /** @return the number, for the caller to use while it keeps this open */
    synchronized int number() {
        refuseIfClosed();
        return fd;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Reads the kernel's description into {@code struct bpf_*_info}. */
    <T> T info(Function<Pointer, T> read) {
        return with(open -> {
            try (Memory info = new Memory(INFO_BYTES)) {
                info.clear();
                int refused = Libbpf.bpf_obj_get_info_by_fd(open, info, new int[] {INFO_BYTES});
                if (refused < 0) {
                    throw BpfLibrary.failure("ask the kernel about " + what, -refused);
                }
                return read.apply(info);
            }
        });
    }

    /** As {@link #info}, and closes the descriptor. */
    <T> T infoAndClose(Function<Pointer, T> read) {
        try (this) {
            return info(read);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeIfUnused();
        }
    }

    private void closeIfUnused() {
        if (closed && users == 0) {
            Libc.close(fd);
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException(what + " is closed");
        }
    }

    /** Pins what the descriptor is of. */
    void pin(PinRoot root, String name) {
        String path = root.prepare(name).toString();
        int refused = with(open -> Libbpf.bpf_obj_pin(open, path));
        if (refused < 0) {
            throw BpfLibrary.failure("pin " + what + " at " + path, -refused);
        }
    }

    /** @throws BpfException when the kernel refuses for another reason than that nothing is there */
    static Optional<Descriptor> pinned(String what, PinRoot root, String name) {
        if (!root.isUsable()) {
            return Optional.empty();
        }
        String path = root.path(name).toString();
        int fd = Libbpf.bpf_obj_get(path);
        if (fd == -Libc.ENOENT) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw BpfLibrary.failure("open what is pinned at " + path, -fd);
        }
        return Optional.of(new Descriptor(what, fd));
    }
}
