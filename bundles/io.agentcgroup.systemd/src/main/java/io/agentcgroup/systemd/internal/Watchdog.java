package io.agentcgroup.systemd.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives systemd a sign of life as often as it wants one, as long as nothing hangs. */
final class Watchdog implements AutoCloseable {

    /** One may be late and one may be lost. */
    private static final int SIGNS_A_PERIOD = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final NotifySocket socket;
    private final Function<Duration, Optional<String>> hanging;
    private final Duration interval;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread one = new Thread(task, "agentcgroup-watchdog");
        one.setDaemon(true);
        return one;
    });
    /** Only on the thread. */
    private boolean told;

    /**
     * @param period after so long without a sign systemd acts
     * @param hanging says what does not answer within that time; empty if all is alive
     */
    Watchdog(NotifySocket socket, Duration period, Function<Duration, Optional<String>> hanging) {
        this.socket = socket;
        this.hanging = hanging;
        this.interval = period.dividedBy(SIGNS_A_PERIOD);
        thread.scheduleWithFixedDelay(this::look, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        Optional<String> what = whatHangs();
        if (what.isPresent()) {
            LOG.error("{} does not answer: no sign of life for systemd, which starts the daemon anew if that lasts", what.get());
            return;
        }
        try {
            socket.send("WATCHDOG=1");
            told = false;
        } catch (IOException e) {
            tellOnce(e);
        }
    }

    private Optional<String> whatHangs() {
        try {
            return hanging.apply(interval);
        } catch (RuntimeException e) {
            // Who fails does not hang; and an exception would end the signs for ever.
            LOG.warn("it cannot be said whether something hangs", e);
            return Optional.empty();
        }
    }

    private void tellOnce(IOException e) {
        if (!told) {
            told = true;
            LOG.warn("systemd gets no sign of life: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
