package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A PSI trigger on {@code memory.pressure}: it lasts as long as its descriptor. */
final class PressureTrigger implements AutoCloseable {

    /** Who lacks CAP_SYS_RESOURCE may only have windows that are multiples of this. */
    private static final Duration UNPRIVILEGED_STEP = Duration.ofSeconds(2);

    private final int fd;
    private final Runnable fired;

    private PressureTrigger(int fd, Runnable fired) {
        this.fd = fd;
        this.fired = fired;
    }

    /**
     * @param full all tasks stalled, else some
     * @param stall that much stall ...
     * @param window ... within that time; rounded up with its stall in proportion where we may not have it so short
     */
    static PressureTrigger set(Directory directory, boolean full, Duration stall, Duration window, Runnable fired) {
        try {
            return setExactly(directory, full, stall, window, fired);
        } catch (CgroupException e) {
            if (e.errno() != Libc.EINVAL) {
                throw e;
            }
            long factorNs = UNPRIVILEGED_STEP.toNanos();
            Duration longer = UNPRIVILEGED_STEP.multipliedBy((window.toNanos() + factorNs - 1) / factorNs);
            Duration inProportion = Duration.ofNanos((long) ((double) stall.toNanos() * longer.toNanos() / window.toNanos()));
            return setExactly(directory, full, inProportion, longer, fired);
        }
    }

    /** @return whether windows of any length can be had */
    static boolean mayHaveShortWindows(Directory directory) {
        try {
            setExactly(directory, false, Duration.ofMillis(500), Duration.ofMillis(500), () -> { }).close();
            return true;
        } catch (CgroupException refused) {
            return false;
        }
    }

    private static PressureTrigger setExactly(Directory directory, boolean full, Duration stall, Duration window,
            Runnable fired) {
        String trigger = (full ? "full " : "some ") + stall.toNanos() / 1_000 + " " + window.toNanos() / 1_000;
        byte[] text = (trigger + "\0").getBytes(StandardCharsets.US_ASCII);
        int fd = directory.open(ControlFile.MEMORY_PRESSURE, Libc.O_RDWR | Libc.O_NONBLOCK);
        if (Libc.write(fd, text, text.length) < 0) {
            CgroupException refusal = Failures.last("set the trigger '" + trigger + "' on " + directory.path() + "/"
                    + ControlFile.MEMORY_PRESSURE.fileName());
            Libc.close(fd);
            throw refusal;
        }
        return new PressureTrigger(fd, fired);
    }

    int descriptor() {
        return fd;
    }

    Runnable fired() {
        return fired;
    }

    /** Once only. Takes it out of every epoll as well. */
    @Override
    public void close() {
        Libc.close(fd);
    }
}
