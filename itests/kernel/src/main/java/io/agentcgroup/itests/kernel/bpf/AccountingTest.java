package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.account.internal.EventReader;
import io.agentcgroup.account.internal.KernelAccounting;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.enforce.KernelAccount;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.itests.kernel.KernelTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel counts and tells of domains. */
class AccountingTest {

    private static final long MIB = 1L << 20;
    private static final int TOLD_MOST = 1_000_000;
    private static final Session SESSION = new Session(new SessionName("s"), Priority.NORMAL, 0, 0, OptionalLong.empty(),
            OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.EPOCH);

    @TempDir
    Path folder;
    private final KernelTree kernel = new KernelTree();
    private final KernelPrograms programs = new KernelPrograms();
    private final RecordedKernelEvents events = new RecordedKernelEvents();
    private KernelAccounting accounts;
    private Domain call;

    @BeforeEach
    void start() {
        accounts = started();
        SessionNode session = kernel.session("s");
        call = session.createCall(new CallId("1"));
        accounts.know(SESSION, session);
        accounts.know(SESSION, call);
    }

    @AfterEach
    void stop() throws Exception {
        kernel.close();
        accounts.stop();
        programs.close();
    }

    private KernelAccounting started() {
        return started(TOLD_MOST);
    }

    private KernelAccounting started(int toldMost) {
        KernelAccounting started = new KernelAccounting(programs.loader(), new AllFeatures(), toldMost);
        assertTrue(started.capability().available(), started.capability()::reason);
        return started;
    }

    private KernelAccount account() {
        return accounts.account(call).orElse(null);
    }

    @Test
    void whatHappensInADomainIsCountedAndNothingElse() throws Exception {
        Process outside = new ProcessBuilder("sh", "-c", "/bin/true; /bin/true; /bin/true").start();
        assertEquals(0, kernel.start(call, "/bin/true; /bin/false; exit 0").waitFor());
        assertEquals(0, outside.waitFor());
        KernelTree.awaitEmpty(call);
        KernelAccount counted = account();
        assertEquals(List.of(2L, 2L, 3L), List.of(counted.execs(), counted.forks(), counted.exits()), counted::toString);
    }

    @Test
    void whatHappensInACgroupBelowADomainIsTheDomains() throws Exception {
        Path nested = Files.createDirectory(Path.of(call.path(), "container"));
        kernel.start(call, "echo $$ > " + nested + "/cgroup.procs; /bin/true; exit 0").waitFor();
        KernelTree.awaitEmpty(call);
        assertEquals(1, account().execs());
        Files.delete(nested);
    }

    @Test
    void theProgramsGoOnCountingWithoutADaemonAndTheNextOneFindsTheFigures() throws Exception {
        accounts.stop();
        kernel.start(call, "/bin/true; exit 0").waitFor();
        KernelTree.awaitEmpty(call);
        List<String> before = programs.loader().pins().list("account");
        accounts = started();
        assertEquals(before, programs.loader().pins().list("account"), "re-opened, not made anew");
        assertEquals(1, account().execs());
    }

    @Test
    void whileOtherProgramsTakeTheirPlaceNothingGoesUncounted() throws Exception {
        Path enough = folder.resolve("enough");
        Process busy = kernel.start(call, "i=0; while [ ! -e " + enough + " ]; do /bin/true; i=$((i + 1)); done; echo $i; exit 0");
        List<String> before = programs.loader().pins().children("account");
        KernelAccounting next = started(TOLD_MOST - 1);
        Files.createFile(enough);
        assertEquals(0, busy.waitFor());
        long execs = Long.parseLong(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        KernelTree.awaitEmpty(call);
        List<String> after = programs.loader().pins().children("account");
        assertEquals(1, after.size(), after::toString);
        assertNotEquals(before, after);
        // For a moment both count.
        long counted = account().execs();
        assertTrue(execs > 0 && counted >= execs && counted < 2 * execs, counted + " of " + execs);
        next.stop();
    }

    @Test
    void whoStartedWhatIsTold() throws Exception {
        EventReader reader = new EventReader(programs.loader(), accounts, events);
        long before = System.nanoTime();
        Process shell = kernel.start(call, "/bin/true; exit 0");
        shell.waitFor();
        KernelTree.awaitEmpty(call);
        // Such events wake nobody: they are read with the next one that does.
        oomKill();
        KernelEvent exec = events.await(1, event -> event.kind() == KernelEvent.Kind.EXEC && event.program().equals("true")).get(0);
        assertEquals(shell.pid(), exec.amount());
        assertEquals(call.id(), exec.domain());
        assertTrue(before < exec.kernelMonotonicNs() && exec.kernelMonotonicNs() < System.nanoTime(), exec::toString);
        reader.stop();
    }

    @Test
    void theVictimOfTheOomKillerIsToldAtOnce() throws Exception {
        EventReader reader = new EventReader(programs.loader(), accounts, events);
        Process victim = oomKill();
        KernelEvent told = events.await(1, event -> event.kind() == KernelEvent.Kind.OOM_VICTIM).get(0);
        assertEquals(victim.pid(), told.pid());
        assertEquals("perl", told.program());
        assertTrue(told.amount() > 16 * MIB && told.amount() < 40 * MIB, told::toString);
        assertEquals(1, account().oomVictims());
        reader.stop();
    }

    /** @return a process that took too much */
    private Process oomKill() throws Exception {
        call.apply(Limits.builder().memoryMaxBytes(32 * MIB).swapMaxBytes(0).build());
        Process hog = kernel.startHog(call, 100);
        hog.waitFor();
        return hog;
    }

    @Test
    void eventsThatFindNoRoomAreCounted() throws Exception {
        // Nobody reads. A fork and an exit are two events of 72 bytes in a ring of 256 KiB.
        int enough = 2_000;
        kernel.start(call, "i=0; while [ $i -lt " + enough + " ]; do ( : ); i=$((i + 1)); done; exit 0").waitFor();
        long lost = accounts.counters().get("kernel_events_lost_total");
        long sent = accounts.counters().get("kernel_events_sent_total");
        assertTrue(lost > 0 && sent > 3_000, sent + " sent, " + lost + " lost");
        assertTrue(accounts.capability().reason().contains(lost + " events were lost"), accounts.capability()::reason);
        assertEquals(enough, account().forks(), "lost events are counted all the same");
    }
}
