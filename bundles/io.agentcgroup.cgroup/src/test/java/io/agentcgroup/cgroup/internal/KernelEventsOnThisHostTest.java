package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.DomainListener;
import io.agentcgroup.api.cgroup.SessionNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for the kernel, on the cgroup v2 of the machine that builds. */
class KernelEventsOnThisHostTest {

    private static final String THREAD = "agentcgroup-cgroup-events";
    /** The kernel keeps 15 characters of a thread's name. */
    private static final String THREAD_IN_PROC = THREAD.substring(0, 15);

    @TempDir
    Path disk;
    private final HostTree host = new HostTree();
    private final SessionNode session = host.session("one");

    @AfterEach
    void removeEverything() throws Exception {
        host.close();
    }

    @Test
    void theEndOfTheLastProcessIsToldWithoutPolling() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        RecordedEvents events = new RecordedEvents();
        call.watch(events);
        Path end = disk.resolve("end");
        host.start(call, "while [ ! -e " + end + " ]; do sleep 0.05; done & exit 3");

        events.awaitCgroupEvents(call::populated);
        Files.createFile(end);
        events.awaitCgroupEvents(() -> !call.populated());
    }

    @Test
    void aSessionHearsOfItsCalls() throws Exception {
        RecordedEvents events = new RecordedEvents();
        session.watch(events);

        host.start(session.createCall(new CallId("1")), "exit 0").waitFor();

        events.awaitCgroupEvents(() -> events.count() > 0 && !session.populated());
    }

    @Test
    void birthsAndEndsAreNotToldToWhoWatchesLimits() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        RecordedEvents limits = new RecordedEvents();
        RecordedEvents all = new RecordedEvents();
        call.watchLimits(limits);
        Domain.Watch watch = call.watch(all);

        host.start(call, "exit 0").waitFor();

        all.awaitCgroupEvents(() -> all.count() > 0 && !call.populated());
        assertEquals(0, limits.count());
        watch.close();
        call.watchLimits(limits).close();
    }

    @Test
    void aFaultyListenerSpoilsNothingForOthers() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        RecordedEvents events = new RecordedEvents();
        call.watch(new DomainListener() {
            @Override
            public void cgroupEvents() {
                throw new AssertionError("on purpose");
            }
        });
        call.watch(events);

        host.start(call, "exit 0").waitFor();

        events.awaitCgroupEvents(() -> events.count() > 0);
        events.awaitCgroupEvents(() -> !call.populated());
    }

    @Test
    void aClosedWatchHearsNothingAndTheOtherGoesOn() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        RecordedEvents closed = new RecordedEvents();
        RecordedEvents open = new RecordedEvents();
        Domain.Watch watch = call.watch(closed);
        call.watch(open);
        watch.close();
        watch.close();

        host.start(call, "exit 0").waitFor();

        open.awaitCgroupEvents(() -> open.count() > 0);
        assertEquals(0, closed.count());
    }

    @Test
    void aDomainCanBeWatchedAnewAfterTheLastWatchWasClosed() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        call.watch(new RecordedEvents()).close();
        RecordedEvents again = new RecordedEvents();
        call.watch(again);

        host.start(call, "exit 0").waitFor();

        again.awaitCgroupEvents(() -> again.count() > 0);
    }

    @Test
    void nothingHappensNobodyWakesUp() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        call.watch(new RecordedEvents());
        trigger(call);
        Process other = host.start(session.agent(), "exec sleep 60");
        long before = settledContextSwitches(other);

        assertFalse(other.waitFor(1, TimeUnit.SECONDS));

        assertEquals(before, contextSwitches(), "a process in another domain is none of its business");
    }

    @Test
    void aRemovedDirectoryWithATriggerDoesNotKeepTheThreadBusy() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        call.watch(new RecordedEvents());
        trigger(call);
        Files.delete(Path.of(call.path()));
        Process other = host.start(session.agent(), "exec sleep 60");
        long before = settledContextSwitches(other);

        assertFalse(other.waitFor(500, TimeUnit.MILLISECONDS));

        assertEquals(before, contextSwitches());
    }

    @Test
    void aTriggerOutsideOfTheKernelsRangeIsRefused() {
        Domain call = session.createCall(new CallId("1"));

        assertThrows(IllegalArgumentException.class, () -> call.watchMemoryPressure(false, Duration.ofMillis(100),
                Duration.ofMillis(499), () -> { }));
        assertThrows(IllegalArgumentException.class, () -> call.watchMemoryPressure(false, Duration.ofMillis(100),
                Duration.ofSeconds(11), () -> { }));
        assertThrows(IllegalArgumentException.class, () -> call.watchMemoryPressure(false, Duration.ofSeconds(2),
                Duration.ofSeconds(1), () -> { }));
    }

    @Test
    void theThreadEndsWithTheTree() {
        host.tree().close();
        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().equals(THREAD)));
        host.reopen();
    }

    @Test
    void aTreeCanBeClosedByAListener() throws Exception {
        Domain call = session.createCall(new CallId("1"));
        RecordedEvents closed = new RecordedEvents();
        call.watch(new DomainListener() {
            @Override
            public void cgroupEvents() {
                host.tree().close();
                closed.cgroupEvents();
            }
        });

        host.start(call, "exit 0").waitFor();

        closed.awaitCgroupEvents(() -> closed.count() > 0);
        host.reopen();
    }

    private static void trigger(Domain call) {
        Optional<Domain.Watch> set = call.watchMemoryPressure(false, Duration.ofMillis(150), Duration.ofSeconds(1), () -> { });
        assumeTrue(set.isPresent(), "the kernel has no PSI");
    }

    /** Waits, as long as {@code sleeper} sleeps, until the thread has done what earlier steps gave it to do. */
    private static long settledContextSwitches(Process sleeper) throws Exception {
        long last;
        long now = contextSwitches();
        do {
            last = now;
            assertFalse(sleeper.waitFor(200, TimeUnit.MILLISECONDS), "the thread never came to rest");
            now = contextSwitches();
        } while (now != last);
        return now;
    }

    /** @return how often the events thread went to sleep or was sent away */
    private static long contextSwitches() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            Path task = tasks.filter(t -> lines(t.resolve("comm")).anyMatch(THREAD_IN_PROC::equals)).findFirst().orElseThrow();
            return lines(task.resolve("status")).filter(line -> line.contains("ctxt_switches"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[1])).sum();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException threadHasEnded) {
            return Stream.empty();
        }
    }
}
