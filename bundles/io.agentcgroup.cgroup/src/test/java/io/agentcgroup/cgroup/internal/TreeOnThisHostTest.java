package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories, processes and attributes, on the cgroup v2 of the machine that builds. */
class TreeOnThisHostTest {

    private static final long DEATH_MS = 5_000;

    @TempDir
    Path disk;

    private final HostTree host = new HostTree();

    @AfterEach
    void removeEverything() throws Exception {
        host.close();
    }

    @Test
    void aSessionHasItsStandingChildrenAndIsOneObject() {
        SessionNode session = host.session("one");

        assertSame(session, host.session("one"));
        assertEquals(host.tree().info().root() + "/one", session.path());
        assertEquals(Set.of("agent", "background", "services"), directoriesIn(session));
        assertFalse(session.populated());
    }

    @Test
    void theTreeSaysWhatItStandsOn() {
        List<String> names = host.tree().info().capabilities().stream().map(c -> c.name()).toList();

        assertTrue(names.containsAll(List.of("cgroup2", "memory.controller", "cpu.controller", "pids.controller",
                "io.controller", "psi", "cgroup.kill", "memory.peak", "memory.reclaim", "swap", "favordynmods")), names::toString);
        assertTrue(host.tree().info().capabilities().stream().noneMatch(c -> c.reason().isBlank()));
        assertTrue(host.tree().info().hostMemoryBytes().orElse(0) > 0);
    }

    @Test
    void aCallIsMadeOnceAndRemoved() {
        SessionNode session = host.session("one");
        Domain call = session.createCall(new CallId("17"));

        assertEquals(session.path() + "/call-17", call.path());
        assertEquals(Set.of(new CallId("17")), session.calls().keySet());
        assertSame(call, session.calls().get(new CallId("17")));
        CgroupException twice = assertThrows(CgroupException.class, () -> session.createCall(new CallId("17")));
        assertEquals(Libc.EEXIST, twice.errno());

        call.remove();

        assertEquals(Set.of(), session.calls().keySet());
        assertFalse(directoriesIn(session).contains("call-17"));
    }

    @Test
    void aDirectoryThatIsGoneIsRemovedAlready() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));
        Files.delete(Path.of(call.path()));

        call.remove();
    }

    @Test
    void aDomainWhoseDirectoryIsGoneSaysSo() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));
        Files.delete(Path.of(call.path()));

        CgroupException refusal = assertThrows(CgroupException.class, call::usage);
        assertTrue(refusal.getMessage().contains(call.path()), refusal.getMessage());
    }

    @Test
    void aDomainInUseIsNotRemovedAndSaysWhoUsesIt() throws Exception {
        SessionNode session = host.session("one");
        Domain call = session.createCall(new CallId("1"));
        Process sleeper = host.start(call, "exec sleep 60");

        CgroupException refusal = assertThrows(CgroupException.class, call::remove);
        assertEquals(Libc.EBUSY, refusal.errno());
        assertTrue(refusal.getMessage().contains(Long.toString(sleeper.pid())), refusal.getMessage());
        assertThrows(CgroupException.class, session::remove);
        assertEquals(List.of((int) sleeper.pid()), call.processes(), "it goes on, and so does the domain");
    }

    @Test
    void directoriesThatAnAgentMadeItselfGoWithTheCall() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));
        Files.createDirectories(Path.of(call.path(), "made-by-agent", "deeper"));

        call.remove();

        assertFalse(Files.exists(Path.of(call.path())));
    }

    @Test
    void aClosedDomainIsNotUsed() {
        SessionNode session = host.session("one");
        Domain call = session.createCall(new CallId("1"));
        session.close();

        assertThrows(IllegalStateException.class, call::usage);
        assertThrows(IllegalStateException.class, call::directoryDescriptor);
        assertThrows(IllegalStateException.class, () -> call.watch(new RecordedEvents()));
        assertThrows(IllegalStateException.class, session::remove);
        assertNotSame(session, host.session("one"), "it is opened anew");
        assertEquals(Set.of(new CallId("1")), host.session("one").calls().keySet());
    }

    @Test
    void limitsWithoutTheirControllerAreLeftOut() {
        Domain call = host.session("one").createCall(new CallId("1"));

        call.apply(Limits.builder().memoryHighBytes(64 << 20).memoryMaxBytes(128 << 20).oomGroup(true).cpuWeight(100)
                .ioWeight(100).pidsMax(64).build());
        host.tree().applyToRoot(Limits.builder().pidsMax(1000).build());

        assertEquals(DomainEvents.ZERO, call.events());
        assertTrue(host.tree().rootUsage().cpuUsageUs().isPresent());
    }

    @Test
    void cpuTimeIsCountedWithoutAnyController() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));

        host.start(call, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").waitFor();

        assertTrue(call.usage().cpuUsageUs().orElse(0) > 1_000, () -> call.usage().toString());
    }

    @Test
    void aFrozenDomainStandsStillAndGoesOn() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));
        RecordedEvents events = new RecordedEvents();
        call.watch(events);
        Path end = disk.resolve("end");
        Process counter = host.start(call, "while [ ! -e " + end + " ]; do :; done");

        call.freeze(true);
        events.awaitCgroupEvents(() -> HostTree.text(call, "cgroup.events").contains("frozen 1"));
        long stillUs = cpuUsOnceStill(call, counter);

        call.freeze(false);
        Files.createFile(end);
        assertEquals(0, counter.waitFor());
        assertTrue(call.usage().cpuUsageUs().orElseThrow() > stillUs);
    }

    /** The kernel counts a process as frozen a moment before it takes the CPU from it. One that is not never stands still. */
    private static long cpuUsOnceStill(Domain call, Process counter) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long beforeUs;
        long nowUs = call.usage().cpuUsageUs().orElseThrow();
        do {
            assertTrue(System.nanoTime() < deadlineNs, "it does not stand still");
            beforeUs = nowUs;
            assertFalse(counter.waitFor(50, TimeUnit.MILLISECONDS));
            nowUs = call.usage().cpuUsageUs().orElseThrow();
        } while (nowUs != beforeUs);
        return nowUs;
    }

    @Test
    void killEndsAllProcessesEvenFrozenOnes() throws Exception {
        Domain call = host.session("one").createCall(new CallId("1"));
        RecordedEvents events = new RecordedEvents();
        call.watch(events);
        Process shell = host.start(call, "sleep 60 & sleep 60 & wait");
        call.freeze(true);

        call.kill();

        events.awaitCgroupEvents(() -> !call.populated());
        assertEquals(128 + 9, shell.waitFor());
        call.remove();
    }

    @Test
    void processesThatKeepForkingAreAllMoved() throws Exception {
        SessionNode session = host.session("one");
        Domain call = session.createCall(new CallId("1"));
        host.start(call, "while :; do sleep 0.01; done");
        host.start(call, "while :; do true; /bin/true; done");

        int moved = call.moveProcessesTo(session.background());

        assertTrue(moved >= 2, "moved " + moved);
        assertFalse(call.populated());
        assertTrue(session.background().populated());
        call.remove();
    }

    @Test
    void processesInDirectoriesThatAnAgentMadeAreMovedToo() throws Exception {
        SessionNode session = host.session("one");
        Domain call = session.createCall(new CallId("1"));
        Path below = Files.createDirectory(Path.of(call.path(), "below"));
        Process sleeper = host.start(call, "echo $$ > " + below + "/cgroup.procs; exec sleep 60");
        assertTrue(waitUntilIn(below, sleeper));

        assertEquals(1, call.moveProcessesTo(session.background()));

        assertEquals(List.of((int) sleeper.pid()), session.background().processes());
    }

    private static boolean waitUntilIn(Path directory, Process process) throws Exception {
        for (long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30); System.nanoTime() < deadlineNs;) {
            if (Files.readString(directory.resolve("cgroup.procs")).strip().equals(Long.toString(process.pid()))) {
                return true;
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    @Test
    void attributesLiveWithTheDirectory() {
        Domain call = host.session("one").createCall(new CallId("1"));
        String largest = "ä".repeat(16 * 1024);

        call.setAttribute("call", "{\"command\":\"pytest\"}");
        call.setAttribute("large", largest);

        assertEquals(Optional.of("{\"command\":\"pytest\"}"), call.attribute("call"));
        assertEquals(Optional.of(largest), call.attribute("large"));
        assertEquals(Optional.empty(), call.attribute("never-set"));
        assertThrows(IllegalArgumentException.class, () -> call.setAttribute("large", largest + "x"));
        assertThrows(IllegalArgumentException.class, () -> call.attribute("../x"));
    }

    @Test
    void aRestartedDaemonFindsEverything() throws Exception {
        SessionNode before = host.session("one");
        before.setAttribute("session", "record");
        before.createCall(new CallId("7")).setAttribute("call", "running");
        Process sleeper = host.start(before.calls().get(new CallId("7")), "exec sleep 60");
        host.session("two");

        List<SessionNode> found = host.reopen().sessions();

        assertEquals(Set.of("one", "two"), found.stream().map(s -> s.name().value()).collect(Collectors.toSet()));
        SessionNode one = host.session("one");
        assertEquals(Optional.of("record"), one.attribute("session"));
        Domain call = one.calls().get(new CallId("7"));
        assertEquals(Optional.of("running"), call.attribute("call"));
        assertEquals(List.of((int) sleeper.pid()), call.processes());
    }

    @Test
    void whatIsNoSessionIsNotAdopted() throws Exception {
        Path root = Path.of(host.tree().info().root());
        Files.createDirectory(root.resolve("Not a name"));
        Files.createDirectory(root.resolve("daemon"));
        try {
            assertEquals(List.of(), host.tree().sessions());
        } finally {
            Files.delete(root.resolve("Not a name"));
            Files.delete(root.resolve("daemon"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cgroup.procs", "memory.max", "daemon"})
    void reservedSessionNamesAreRefused(String name) {
        assertThrows(CgroupException.class, () -> host.tree().session(new SessionName(name)));
        assertEquals(List.of(), host.tree().sessions());
    }

    @Test
    void anEmptyRootGoesWithTheDaemonAndOneInUseStays() {
        Path root = Path.of(host.tree().info().root());
        host.session("one");
        host.tree().close();
        assertTrue(Files.exists(root.resolve("one/agent")));

        host.reopen().session(new SessionName("one")).remove();
        host.tree().close();
        assertFalse(Files.exists(root));
        host.reopen();
    }

    @Test
    void twentyThreadsMakeAndRemoveCallsAtOnce() throws Exception {
        SessionNode session = host.session("one");
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Callable<Void>> work = IntStream.range(0, 20).<Callable<Void>>mapToObj(thread -> () -> {
                for (int i = 0; i < 50; i++) {
                    Domain call = session.createCall(new CallId(thread + "-" + i));
                    call.watch(new RecordedEvents());
                    call.setAttribute("call", "x");
                    call.usage();
                    call.remove();
                    session.calls();
                    host.tree().session(new SessionName("own-" + thread)).agent().usage();
                }
                host.session("own-" + thread).remove();
                return null;
            }).toList();
            for (Future<Void> result : threads.invokeAll(work)) {
                result.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertEquals(Set.of("agent", "background", "services"), directoriesIn(session));
        assertEquals(1, host.tree().sessions().size());
    }

    @Test
    void aThousandRoundsLeakNoDescriptor() {
        SessionNode session = host.session("one");
        round(session, 0);
        long before = openDescriptors();

        for (int i = 1; i <= 1_000; i++) {
            round(session, i);
        }

        assertEquals(before, openDescriptors());
    }

    private static void round(SessionNode session, int i) {
        Domain call = session.createCall(new CallId(Integer.toString(i)));
        call.watch(new RecordedEvents());
        if (i % 50 == 0) {
            // Few: the kernel takes long to close it.
            call.watchMemoryPressure(false, Duration.ofMillis(150), Duration.ofSeconds(1), () -> { });
        }
        try (Domain.Watch permission = session.permitBirth(call, 12345, 12345)) {
            call.usage();
        }
        call.remove();
    }

    @Test
    void closingTheTreeClosesAllDescriptors() {
        host.tree().close();
        long before = openDescriptors();
        SessionNode session = host.reopen().session(new SessionName("one"));
        Domain call = session.createCall(new CallId("1"));
        call.watch(new RecordedEvents());
        session.permitBirth(call, 12345, 12345);

        host.tree().close();

        assertEquals(before, openDescriptors());
        host.reopen();
    }

    private static long openDescriptors() {
        String[] entries = new java.io.File("/proc/self/fd").list();
        return entries == null ? -1 : entries.length;
    }

    private static Set<String> directoriesIn(SessionNode session) {
        return Set.copyOf(((CgroupDomain) session).directory().children());
    }
}
