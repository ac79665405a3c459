package io.agentcgroup.bpf.internal;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * libbpf, opened. Calls that may fail with an explanation go through {@link #pointer} and {@link #number}: one at a time, since
 * libbpf has one log for all.
 */
final class BpfLibrary implements AutoCloseable {

    /** So many of the last lines that libbpf and the verifier said are in an exception's message: the reason is in them. */
    private static final int LAST_LINES = 40;

    private final NativeLibrary library;
    private final LibraryLog log = new LibraryLog();
    private final ReentrantLock lock = new ReentrantLock();

    BpfLibrary(NativeLibrary library) {
        this.library = library;
        Libbpf.bind(library);
        Libbpf.libbpf_set_print(log);
    }

    /** @return a function that only newer versions have */
    Optional<Function> function(String name) {
        try {
            return Optional.of(library.getFunction(name));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    /**
     * Calls a function that returns a pointer.
     *
     * @param what for the exception: what is being tried
     */
    Pointer pointer(String what, Supplier<Pointer> call) {
        return recorded(what, () -> {
            Pointer result = call.get();
            return new Result<>(result, result == null ? Libc.errno() : 0);
        });
    }

    /** Calls a function that returns a negative errno, or something useful. */
    int number(String what, IntSupplier call) {
        return recorded(what, () -> {
            int result = call.getAsInt();
            return new Result<>(result, result < 0 ? -result : 0);
        });
    }

    /** A value, or why there is none. */
    private record Result<T>(T value, int errno) {
    }

    private <T> T recorded(String what, Supplier<Result<T>> call) {
        lock.lock();
        try {
            log.startRecording();
            Result<T> result;
            List<String> lines;
            try {
                result = call.get();
            } finally {
                lines = log.recorded();
            }
            if (result.errno() != 0) {
                throw failure(what, result.errno(), lines);
            }
            return result.value();
        } finally {
            lock.unlock();
        }
    }

    /** @return what was tried, why it failed, and the last of what was said meanwhile */
    static BpfException failure(String what, int errno, List<String> lines) {
        StringBuilder message = new StringBuilder(what).append(": ").append(Libc.strerror(errno));
        if (!lines.isEmpty()) {
            // The first line is a reason by itself, where there is room for one only.
            message.append("\n  libbpf and the verifier said:");
            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                    .forEach(line -> message.append("\n  ").append(line));
        }
        return new BpfException(message.toString(), errno, lines);
    }

    static BpfException failure(String what, int errno) {
        return failure(what, errno, List.of());
    }

    /** The library itself stays loaded: native code may still refer to it. */
    @Override
    public void close() {
        lock.lock();
        try {
            // Our log goes away with us.
            Libbpf.libbpf_set_print(null);
        } finally {
            lock.unlock();
        }
    }
}
