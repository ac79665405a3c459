package io.agentcgroup.api.cgroup;

import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One directory of cgroupfs, held open by a descriptor: all files are opened relative to it, so that a name can never
 * lead elsewhere. Thread-safe. What an absent controller would say is empty or zero, what it would do is left out.
 *
 * <p>Methods throw {@link CgroupException}; after {@link #close()} an {@link IllegalStateException}.
 */
@ProviderType
public interface Domain extends AutoCloseable {

    /** @return absolute path, for people and logs only */
    String path();

    /** @return the open directory, for {@code CLONE_INTO_CGROUP}; valid until {@link #close()} */
    int directoryDescriptor();

    /**
     * @return the cgroup's id in the kernel, by which BPF programs and their maps know it: the inode number of its directory.
     *         No other cgroup has it while this boot lasts
     */
    long id();

    /** @return the {@link #id()} of the cgroup that it lies in: of a call its session's */
    long parentId();

    /**
     * Writes the limits that are said and whose controller is there, in an order in which no step is invalid. Where the
     * kernel can (6.16), it does not wait until a running domain has shrunk below a lowered limit.
     */
    void apply(Limits limits);

    /** @return what it uses now and has used */
    Usage usage();

    /** @return its counters, descendants included */
    DomainEvents events();

    /**
     * @return what happened at the domain's own limits, not at those of its descendants: {@code memory.events.local} and
     *         {@code pids.events.local}; tells at which level of the tree memory ran out. Zero where the kernel does not
     *         say
     */
    default DomainEvents ownEvents() {
        return DomainEvents.ZERO;
    }

    /** @return {@code memory.current} alone, for the way of a call, where {@link #usage()} would cost too much */
    default OptionalLong memoryCurrentBytes() {
        return usage().memoryCurrentBytes();
    }

    /** @return {@code anon} of {@code memory.stat} alone: what only its end gives back where there is no swap */
    default OptionalLong memoryAnonBytes() {
        return usage().anonBytes();
    }

    /** @return whether a process lives in it or below it */
    boolean populated();

    /** @return the processes in it, not below it */
    List<Integer> processes();

    /** Stops or continues all processes in it; returns before the last of them has stopped. */
    void freeze(boolean frozen);

    /** Ends all processes in it and below it with SIGKILL, those that are just being forked too. */
    void kill();

    /**
     * Asks the kernel to reclaim.
     *
     * @return whether all of it could be reclaimed
     */
    boolean reclaim(long bytes);

    /**
     * Moves every process into {@code target}, those forked meanwhile too. Slow: each move takes a global lock for
     * milliseconds. Never on the way of a call.
     *
     * @return how many were moved
     */
    int moveProcessesTo(Domain target);

    /** @return the value kept with the directory under that key, which lives and dies with it; only root can set it */
    Optional<String> attribute(String key);

    /** Keeps a value of at most 32 KiB with the directory, as extended attribute {@code trusted.agentcgroup.<key>}. */
    void setAttribute(String key, String value);

    /**
     * Tells the listener when the kernel changes {@code cgroup.events}, {@code memory.events} or {@code pids.events}. What
     * was so before is not told: watch first, then look. One more call may come while the watch is closed.
     *
     * @return closes the watch; closing the domain does so too
     */
    Watch watch(DomainListener listener);

    /**
     * As {@link #watch}, but of {@code memory.events} and {@code pids.events} alone: births and ends, which every call has, wake nobody.
     */
    Watch watchLimits(DomainListener listener);

    /**
     * Sets a PSI trigger on the domain's {@code memory.pressure}. It costs a kernel thread, and closing it takes the kernel
     * some 20 ms: something for sessions, not for every call.
     *
     * @param full all tasks stalled, else some
     * @param stall that much stall ...
     * @param window ... within that time: 500 ms to 10 s; rounded up to a multiple of 2 s, and the stall in proportion, where
     *        the daemon lacks CAP_SYS_RESOURCE
     * @param action run on the watching thread each time; must not block
     * @return closes the trigger; empty when the kernel has no PSI here
     */
    Optional<Watch> watchMemoryPressure(boolean full, Duration stall, Duration window, Runnable action);

    /**
     * Removes the directory, which must be empty of processes; done when it is gone already. Waits up to two seconds for
     * processes that were ended and are just leaving. A refusal names the processes. Closes the domain.
     */
    void remove();

    /** Closes descriptors and watches; the directory stays. */
    @Override
    void close();

    /** A watch; closing it twice is harmless. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
