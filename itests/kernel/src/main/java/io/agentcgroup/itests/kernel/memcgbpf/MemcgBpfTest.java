package io.agentcgroup.itests.kernel.memcgbpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.cgroup.internal.TreeSettings;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.OnDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs of ours do inside the memory controller of a kernel that has memcg_bpf_ops. */
class MemcgBpfTest {

    private static final String ROOT = "memcg-bpf-test";
    private static final String PIN_FOLDER = "memcgops";
    private static final long MIB = 1 << 20;
    /** 30 ms for each batch of 64 pages that the controller charges: a second for 8 MB. */
    private static final long NS_PER_PAGE = 30_000_000 / 64;
    /** As long as a hold may be. */
    private static final long HOLD_NS = 2_000_000_000L;
    /** Nearly all of the second: the first and the last batch may be another allocation's. */
    private static final long HELD_AT_LEAST_NS = 800_000_000L;

    /** On the scratch disk: files of a memory file system could not be reclaimed. */
    @TempDir(factory = OnDisk.class)
    Path disk;

    private final KernelTree kernel = new KernelTree(TreeSettings.of(ROOT, false));
    private final SessionNode session = kernel.session("low");
    private Daemon daemon = new Daemon(kernel.tree(), ROOT);

    @AfterEach
    void removeEverything() throws Exception {
        daemon.loader.pins().removeAll();
        daemon.close();
        kernel.close();
    }

    @Test
    void theTierIsAvailableAndSaysWhichMembersTheKernelHas() {
        assertTrue(daemon.capability().available(), daemon.capability()::reason);
        assertTrue(daemon.capability().reason().matches(".*(get_high_delay_ms|memcg_charged).*"), daemon.capability()::reason);
    }

    @Test
    void chargesOfAHeldSessionAreDelayedAndNoLongerWhenItIsLetGo() throws Exception {
        Domain call = lowSessionWithCall();
        Allocator allocator = new Allocator(kernel, call);
        allocator.allocate();
        long before = allocator.allocate();
        assertEquals(0, daemon.delays(call));
        daemon.hold(session, HOLD_NS);
        long held = allocator.allocate();
        daemon.letGo(session);
        long delays = daemon.delays(call);
        long after = allocator.allocate();
        String times = "8 MB in " + before / 1000 + " us, held " + held / 1000 + " us with " + delays + " delays, let go "
                + after / 1000 + " us";
        System.out.println(times);
        assertTrue(held > HELD_AT_LEAST_NS, times);
        assertTrue(delays > 0, times);
        assertEquals(delays, daemon.delays(call), times);
    }

    @Test
    void aHoldThatIsOverDelaysNothing() throws Exception {
        Domain call = lowSessionWithCall();
        Allocator allocator = new Allocator(kernel, call);
        daemon.hold(session, -1);
        allocator.allocate();
        assertEquals(0, daemon.delays(call));
    }

    @Test
    void oneCallIsHeldAndItsNeighbourIsNot() throws Exception {
        Domain held = lowSessionWithCall();
        Domain other = call("2");
        Allocator one = new Allocator(kernel, held);
        Allocator two = new Allocator(kernel, other);
        daemon.hold(held, HOLD_NS);
        one.allocate();
        two.allocate();
        assertTrue(daemon.delays(held) > 0);
        assertEquals(0, daemon.delays(other));
    }

    @Test
    void anAgentsOwnRuntimeIsNeverDelayed() throws Exception {
        lowSessionWithCall();
        Allocator agent = new Allocator(kernel, session.agent());
        daemon.hold(session, HOLD_NS);
        daemon.hold(session.agent(), HOLD_NS);
        agent.allocate();
        assertEquals(0, daemon.delays(session.agent()));
    }

    @Test
    void cgroupsThatACommandMakesForItselfAreDelayedWithItsCall() throws Exception {
        Domain call = lowSessionWithCall();
        Files.writeString(Path.of(call.path(), "cgroup.subtree_control"), "+memory");
        Path nested = Files.createDirectory(Path.of(call.path(), "nested"));
        Process process = kernel.start(session.agent(), "echo $$ > " + nested + "/cgroup.procs && echo there; "
                + "read go; " + KernelTree.hog(8));
        KernelTree.awaitWord(process, "there");
        daemon.hold(session, HOLD_NS);
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        KernelTree.awaitWord(process, "full");
        assertTrue(daemon.delays(call) > 0);
        process.destroyForcibly().waitFor();
        Files.delete(nested);
    }

    @Test
    void reclaimPassesAHighPrioritySessionsPageCacheBy() throws Exception {
        SessionNode high = kernel.session("high");
        daemon.apply(high, Priority.HIGH);
        daemon.apply(session, Priority.LOW);
        kernel.tree().applyToRoot(Limits.builder().memoryMaxBytes(160 * MIB).build());
        long unprotected = cacheKept(high, "1", 0);
        long kept = cacheKept(high, "2", PolicyEntry.PROTECT);
        System.out.println("of 64 MiB of page cache " + kept / MIB + " MiB stayed, " + unprotected / MIB + " MiB without protection");
        assertTrue(kept > 60 * MIB, () -> kept + " bytes kept");
        assertTrue(unprotected < 60 * MIB, () -> unprotected + " bytes kept though nobody protected them");
    }

    /** @return how much page cache a high-priority call still has when a low-priority one has read far more than there is room for */
    private long cacheKept(SessionNode high, String id, int flags) throws Exception {
        daemon.policy(NS_PER_PAGE, flags);
        Domain reader = high.createCall(new CallId(id));
        daemon.know(high, reader, Priority.HIGH, DomainEntry.ROLE_CALL);
        Domain churn = session.createCall(new CallId(id));
        daemon.know(session, churn, Priority.LOW, DomainEntry.ROLE_CALL);
        Path cached = file("cached" + id, 64);
        Path other = file("other" + id, 400);
        read(reader, cached);
        read(churn, other);
        long left = fileBytes(reader);
        for (Domain done : List.of(reader, churn)) {
            done.reclaim(500 * MIB);
            done.kill();
            KernelTree.awaitEmpty(done);
            done.remove();
        }
        return left;
    }

    private Path file(String name, int mebibytes) throws Exception {
        Path file = disk.resolve(name);
        Process process = new ProcessBuilder("sh", "-c", "dd if=/dev/zero of=\"$0\" bs=1M count=" + mebibytes
                + " status=none && sync \"$0\" && echo 3 > /proc/sys/vm/drop_caches", file.toString()).inheritIO().start();
        assertEquals(0, process.waitFor());
        return file;
    }

    /** Twice: what is read again is worth keeping to the kernel. */
    private void read(Domain domain, Path file) throws Exception {
        Process process = kernel.start(domain, "cat " + file + " " + file + " > /dev/null && echo read; exec sleep 600");
        KernelTree.awaitWord(process, "read");
    }

    private static long fileBytes(Domain domain) throws IOException {
        return KernelTree.text(domain, "memory.stat").lines().filter(line -> line.startsWith("file "))
                .mapToLong(line -> Long.parseLong(line.substring("file ".length()))).findFirst().orElseThrow();
    }

    @Test
    void whatIsInForceOutlivesTheDaemonAndTheNextOneFindsIt() throws Exception {
        Process killed = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), "-Dagentcgroup.test.libbpf=" + System.getProperty("agentcgroup.test.libbpf", ""),
                CrashingDaemon.class.getName(), ROOT, "low", ROOT).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        KernelTree.awaitWord(killed, "in force");
        killed.destroyForcibly().waitFor();
        int link = linkId();
        Domain call = call("1");
        Allocator allocator = new Allocator(kernel, call);
        daemon.policy(NS_PER_PAGE, PolicyEntry.DELAY);
        daemon.hold(session, HOLD_NS);
        allocator.allocate();
        long delays = daemon.delays(call);
        assertTrue(delays > 0, "with no daemon that has attached anything alive");

        daemon.apply(session, Priority.LOW);
        assertEquals(link, linkId(), "the same link, not a new one");
        daemon.hold(session, HOLD_NS);
        allocator.allocate();
        assertTrue(daemon.delays(call) > delays);
    }

    @Test
    void programsOfAnotherVersionAreReplaced() throws Exception {
        Domain call = lowSessionWithCall();
        int before = linkId();
        String name = pinName();
        try (BpfLink link = pinned()) {
            link.pin(PIN_FOLDER + "/0123456789abcdef/" + session.id());
        }
        daemon.loader.pins().remove(name);
        restart();
        daemon.apply(session, Priority.LOW);
        assertNotEquals(before, linkId());
        assertEquals(1, daemon.loader.pins().list(PIN_FOLDER).size());
        new Allocator(kernel, call).allocate();
        daemon.hold(session, HOLD_NS);
        new Allocator(kernel, call).allocate();
        assertTrue(daemon.delays(call) > 0);
    }

    @Test
    void aReleasedSessionIsDelayedNoMore() throws Exception {
        Domain call = lowSessionWithCall();
        daemon.enforcer.release(session);
        assertNothingIsDelayed(call);
    }

    @Test
    void standingDownTakesEverythingBack() throws Exception {
        Domain call = lowSessionWithCall();
        daemon.enforcer.standDown();
        assertNothingIsDelayed(call);
        daemon.apply(session, Priority.LOW);
        daemon.hold(session, HOLD_NS);
        new Allocator(kernel, call).allocate();
        assertTrue(daemon.delays(call) > 0, "in charge again");
    }

    @Test
    void sessionsThatWentWhileNoDaemonWasThereLeaveNoPinBehind() throws Exception {
        lowSessionWithCall();
        SessionNode gone = kernel.session("gone");
        daemon.apply(gone, Priority.LOW);
        assertEquals(2, daemon.loader.pins().list(PIN_FOLDER).size());
        daemon.close();
        gone.remove();
        daemon = new Daemon(kernel.tree(), ROOT);
        assertEquals(List.of(pinName()), daemon.loader.pins().list(PIN_FOLDER));
    }

    private void assertNothingIsDelayed(Domain call) throws Exception {
        assertTrue(daemon.loader.pins().list(PIN_FOLDER).isEmpty());
        daemon.hold(session, HOLD_NS);
        new Allocator(kernel, call).allocate();
        assertEquals(0, daemon.delays(call));
    }

    private void restart() {
        daemon.close();
        daemon = new Daemon(kernel.tree(), ROOT);
        daemon.policy(NS_PER_PAGE, PolicyEntry.DELAY);
    }

    private Domain lowSessionWithCall() {
        daemon.apply(session, Priority.LOW);
        daemon.policy(NS_PER_PAGE, PolicyEntry.DELAY);
        // Made after the session's programs were attached.
        return call("1");
    }

    private Domain call(String id) {
        Domain call = session.createCall(new CallId(id));
        daemon.know(session, call, Priority.LOW, DomainEntry.ROLE_CALL);
        return call;
    }

    private String pinName() {
        List<String> pins = daemon.loader.pins().list(PIN_FOLDER).stream()
                .filter(name -> name.endsWith("/" + session.id())).toList();
        assertEquals(1, pins.size(), pins::toString);
        return pins.get(0);
    }

    private BpfLink pinned() {
        return daemon.loader.pinnedLink(pinName()).orElseThrow();
    }

    private int linkId() {
        try (BpfLink link = pinned()) {
            return link.id();
        }
    }
}
