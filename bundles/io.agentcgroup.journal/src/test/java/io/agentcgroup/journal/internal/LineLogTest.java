package io.agentcgroup.journal.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when lines cannot be written: /dev/full is a disk that is full. */
class LineLogTest {

    private static final long RETRY_MS = 20;

    @TempDir
    private Path folder;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Counters counters = new Counters();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void linesWaitUntilThereIsRoomAndKeepTheirOrder() throws Exception {
        Path file = folder.resolve("log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (LineLog log = log(file)) {
            log.append(line("1"));
            log.append(line("2"));
            Files.delete(file);
            log.append(line("3"));
            waitFor(3);
        }
        assertEquals("1\n2\n3\n", Files.readString(file));
        assertEquals(0, counters.snapshot().get(Counters.JOURNAL_LOST));
    }

    @Test
    void theOldestAreGivenUpWhenTooManyWait() throws IOException {
        Path file = folder.resolve("log");
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        byte[] big = line("x".repeat((int) (LineLog.WAITING_MOST_BYTES / 4)));
        try (LineLog log = log(file)) {
            for (int i = 0; i < 5; i++) {
                log.append(big);
            }
            assertEquals(2, counters.snapshot().get(Counters.JOURNAL_LOST));
        }
        assertEquals(5, counters.snapshot().get(Counters.JOURNAL_LOST), "closing with a full disk gives up the rest");
    }

    @Test
    void aFolderThatCannotBeMadeHurtsNobody() throws IOException {
        Path blocked = Files.writeString(folder.resolve("file"), "");
        try (LineLog log = log(blocked.resolve("log"))) {
            log.append(line("1"));
        }
        assertEquals(1, counters.snapshot().get(Counters.JOURNAL_LOST));
    }

    @Test
    void aLogThatIsIdleHasNothingScheduled() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        // Until we have looked nothing that is due leaves the queue.
        timer.execute(() -> await(seen));
        try (LineLog log = log(folder.resolve("log"))) {
            log.append(line("1"));
            assertEquals(1, timer.getQueue().size(), "one fsync for all lines of a second");
            log.append(line("2"));
            assertEquals(1, timer.getQueue().size());
            seen.countDown();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!timer.getQueue().isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertTrue(timer.getQueue().isEmpty());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitFor(long lines) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (counters.snapshot().get(Counters.JOURNAL_LINES) < lines && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        }
    }

    private LineLog log(Path file) {
        return new LineLog(file, new LineFile(file, 1L << 30, 3), FsyncPolicy.INTERVAL, timer, counters, RETRY_MS);
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
