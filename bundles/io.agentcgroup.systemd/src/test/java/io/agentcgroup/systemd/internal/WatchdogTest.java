package io.agentcgroup.systemd.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a datagram socket as systemd has one. */
class WatchdogTest {

    private static final Duration PERIOD = Duration.ofMillis(150);
    private static final long PID = 42;

    @TempDir
    private Path folder;

    @Test
    void whatIsToldArrivesAsOneDatagramAtAFile() throws Exception {
        String path = folder.resolve("notify").toString();
        try (SystemdListener systemd = new SystemdListener(path)) {
            new NotifySocket(path).send("READY=1");
            assertEquals("READY=1", systemd.receive());
        }
    }

    @Test
    void andAtANameInTheAbstractNamespace() throws Exception {
        String name = "@agentcgroup-test-" + ProcessHandle.current().pid();
        try (SystemdListener systemd = new SystemdListener(name)) {
            new NotifySocket(name).send("READY=1");
            assertEquals("READY=1", systemd.receive());
        }
    }

    @Test
    void nobodyThereIsSaidInWords() {
        NotifySocket socket = new NotifySocket(folder.resolve("nobody").toString());

        String said = assertThrows(IOException.class, () -> socket.send("READY=1")).getMessage();

        assertTrue(said.contains("No such file"), said);
        assertThrows(IllegalArgumentException.class, () -> new NotifySocket("relative"));
        assertThrows(IllegalArgumentException.class, () -> new NotifySocket("/" + "x".repeat(108)));
    }

    @Test
    void signsComeWhileAllAnswersStopWhenSomethingHangsAndComeAgain() throws Exception {
        String path = folder.resolve("notify").toString();
        AtomicBoolean hangs = new AtomicBoolean();
        BlockingQueue<Boolean> looks = new LinkedBlockingQueue<>();
        try (SystemdListener systemd = new SystemdListener(path);
                Watchdog watchdog = new Watchdog(new NotifySocket(path), PERIOD, atMost -> {
                    assertTrue(atMost.compareTo(PERIOD) < 0, "time to look twice");
                    looks.add(hangs.get());
                    return hangs.get() ? Optional.of("the engine") : Optional.empty();
                })) {
            assertEquals("WATCHDOG=1", systemd.receive());
            assertEquals("WATCHDOG=1", systemd.receive());

            hangs.set(true);
            awaitLook(looks, true);
            while (systemd.poll().isPresent()) {
                // What was sent before it hung.
                assertTrue(hangs.get());
            }
            awaitLook(looks, true);
            assertEquals(Optional.empty(), systemd.poll());

            hangs.set(false);
            assertEquals("WATCHDOG=1", systemd.receive());
        }
    }

    @Test
    void whoFailsDoesNotHang() {
        String path = folder.resolve("notify").toString();
        try (SystemdListener systemd = new SystemdListener(path);
                Watchdog watchdog = new Watchdog(new NotifySocket(path), PERIOD, atMost -> {
                    throw new IllegalStateException("no idea");
                })) {
            assertEquals("WATCHDOG=1", systemd.receive());
            assertEquals("WATCHDOG=1", systemd.receive());
        }
    }

    @Test
    void theEnvironmentSaysWhetherWhereAndHowOften() {
        assertEquals(Optional.empty(), ServiceManager.of(Map.of(), PID));
        assertEquals(Optional.empty(), watchdog(Map.of("NOTIFY_SOCKET", "/run/x")));
        assertEquals(Optional.of(Duration.ofSeconds(30)), watchdog(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000")));
        assertEquals(Optional.of(Duration.ofSeconds(30)),
                watchdog(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "42")));
        assertEquals(Optional.empty(), watchdog(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "43")));
        assertEquals(Optional.empty(), watchdog(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "soon")));
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        return ServiceManager.of(environment, PID).orElseThrow().watchdog();
    }

    private static void awaitLook(BlockingQueue<Boolean> looks, boolean hung) throws InterruptedException {
        Boolean look;
        do {
            look = looks.poll(10, TimeUnit.SECONDS);
            assertTrue(look != null, "it looks no more");
        } while (look != hung);
    }
}
