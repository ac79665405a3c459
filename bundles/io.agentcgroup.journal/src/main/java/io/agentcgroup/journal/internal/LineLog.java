package io.agentcgroup.journal.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link LineFile} that many threads write and that never fails: when the disk is full or the folder cannot be written, lines
 * wait in memory, the oldest are given up when there are too many, and it is said once. Thread-safe.
 */
final class LineLog implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);

    static final long FSYNC_INTERVAL_MS = 1_000;
    /** Often enough that an operator who has made room sees lines soon; seldom enough to cost nothing meanwhile. */
    static final long RETRY_MS = 5_000;
    /** Some hundred calls at a few kilobytes: minutes of a busy host, and no danger to the heap. */
    static final long WAITING_MOST_BYTES = 4L << 20;

    private final Path path;
    private final LineFile file;
    private final FsyncPolicy fsync;
    private final ScheduledExecutorService timer;
    private final Counters counters;
    private final long retryMs;

    // Guarded by this.
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean syncScheduled;
    private boolean retryScheduled;
    private boolean failing;
    private boolean closed;

    LineLog(Path path, LineFile file, FsyncPolicy fsync, ScheduledExecutorService timer, Counters counters, long retryMs) {
        this.path = path;
        this.file = file;
        this.fsync = fsync;
        this.timer = timer;
        this.counters = counters;
        this.retryMs = retryMs;
    }

    /** Adds a line, which ends in a line end. */
    synchronized void append(byte[] line) {
        if (closed) {
            counters.add(Counters.JOURNAL_LOST, 1);
            LOG.error("a line came after {} was closed and is lost", path);
            return;
        }
        if (waiting.isEmpty() && write(line)) {
            return;
        }
        keepWaiting(line);
        scheduleRetry();
    }

    /** Shows each line from the newest to the oldest until the visitor has seen enough. */
    void readBackwards(Predicate<byte[]> wantsMore) throws IOException {
        List<RandomAccessFile> parts;
        synchronized (this) {
            parts = file.openForReading();
        }
        try {
            for (RandomAccessFile part : parts) {
                BackwardLines lines = new BackwardLines(part);
                for (byte[] line = lines.previous(); line != null; line = lines.previous()) {
                    if (!wantsMore.test(line)) {
                        return;
                    }
                }
            }
        } finally {
            for (RandomAccessFile part : parts) {
                part.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        writeWaiting();
        lose(waiting.size());
        try {
            if (fsync != FsyncPolicy.NEVER) {
                file.sync();
            }
            file.close();
        } catch (IOException e) {
            LOG.error("{} could not be closed cleanly", path, e);
        }
    }

    private boolean write(byte[] line) {
        try {
            file.append(line);
            counters.add(Counters.JOURNAL_BYTES, line.length);
            counters.add(Counters.JOURNAL_LINES, 1);
            if (fsync == FsyncPolicy.EACH) {
                file.sync();
            } else if (fsync == FsyncPolicy.INTERVAL && !syncScheduled && !closed) {
                syncScheduled = true;
                timer.schedule(this::sync, FSYNC_INTERVAL_MS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.error("{} cannot be written; lines wait in memory and are tried again every {} ms", path, retryMs, e);
            }
            return false;
        }
        if (failing) {
            failing = false;
            LOG.info("{} can be written again", path);
        }
        return true;
    }

    /** Holds the lock while the disk works: appends wait, and calls do not, because they are answered before they are journalled. */
    private synchronized void sync() {
        syncScheduled = false;
        try {
            file.sync();
        } catch (IOException e) {
            LOG.error("{} could not be brought to the disk", path, e);
        }
    }

    private void keepWaiting(byte[] line) {
        waiting.addLast(line);
        waitingBytes += line.length;
        while (waitingBytes > WAITING_MOST_BYTES) {
            waitingBytes -= waiting.removeFirst().length;
            lose(1);
        }
    }

    private void lose(int lines) {
        if (lines > 0) {
            counters.add(Counters.JOURNAL_LOST, lines);
        }
    }

    private void scheduleRetry() {
        if (!retryScheduled) {
            retryScheduled = true;
            timer.schedule(this::retry, retryMs, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void retry() {
        retryScheduled = false;
        if (!closed && !writeWaiting()) {
            scheduleRetry();
        }
    }

    private boolean writeWaiting() {
        List<byte[]> lines = new ArrayList<>(waiting);
        for (byte[] line : lines) {
            if (!write(line)) {
                return false;
            }
            waiting.removeFirst();
            waitingBytes -= line.length;
        }
        return true;
    }
}
