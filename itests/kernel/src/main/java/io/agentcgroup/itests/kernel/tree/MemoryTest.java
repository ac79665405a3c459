package io.agentcgroup.itests.kernel.tree;

import static io.agentcgroup.itests.kernel.KernelTree.awaitWord;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.Notifications;
import io.agentcgroup.itests.kernel.OnDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the memory controller does to domains of the tree, and what we hear of it. */
class MemoryTest {

    private static final long MIB = 1 << 20;
    private static final int SIGKILL_STATUS = 128 + 9;
    private static final long PATIENCE_S = 60;

    /** On the scratch disk: files of a memory file system could not be reclaimed. */
    @TempDir(factory = OnDisk.class)
    Path disk;

    private final KernelTree kernel = new KernelTree();
    private final SessionNode session = kernel.session("one");
    private final Domain call = session.createCall(new CallId("1"));

    @AfterEach
    void removeEverything() throws Exception {
        kernel.close();
    }

    @Test
    void aCallOverItsLimitDiesAsAWholeAndAlone() throws Exception {
        call.apply(Limits.builder().memoryMaxBytes(48 * MIB).oomGroup(true).build());
        Domain innocent = session.createCall(new CallId("2"));
        Process neighbour = kernel.start(innocent, "exec sleep 600");
        Process agent = kernel.start(session.agent(), "exec sleep 600");
        Process companion = kernel.start(call, "exec sleep 600");
        Notifications notifications = new Notifications();
        call.watch(notifications);

        Process hog = kernel.startHog(call, 200);

        notifications.await(() -> !call.populated());
        assertEquals(SIGKILL_STATUS, hog.waitFor());
        assertEquals(SIGKILL_STATUS, companion.waitFor(), "the whole call, not only its largest process");
        assertTrue(neighbour.isAlive() && agent.isAlive());
        assertTrue(call.events().oomKill() >= 2, () -> call.events().toString());
        assertEquals(1, call.events().oomGroupKill());
        assertTrue(notifications.memoryEventsHeard() > 0);
        assertEquals(0, innocent.events().oomKill());
    }

    /** What the engine sets at the root: the last fiftieth of the budget is there, but whoever takes it is slow. */
    @Test
    void aboveTheRootsSoftLimitEverybodyGrowsSlowly() throws Exception {
        long max = 400 * MIB;
        long high = max - max / 50;
        kernel.tree().applyToRoot(Limits.builder().memoryHighBytes(high).memoryMaxBytes(max).build());
        Process large = kernel.startHog(session.createCall(new CallId("2")), 280);
        awaitWord(large, "full");

        // Takes a piece at a time, and says how much all have then and how long it took, until next to nothing is left.
        Process grows = kernel.start(call, "exec perl -MTime::HiRes=time -e 'my @a; my $all = 0; while ($all < " + (max - MIB) + ") {"
                + " my $t = time; push @a, \"x\" x 262144; my $took = time - $t;"
                + " open my $f, \"<\", \"" + kernel.tree().info().root() + "/memory.current\"; $all = <$f>; chomp $all;"
                + " printf \"%d %.6f\\n\", $all, $took }'");
        List<String> pieces = new String(grows.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).lines().toList();

        double before = medianS(pieces, 0, high);
        double above = medianS(pieces, high + high / 100, max);
        assertTrue(above > 3 * before, () -> before + " s a piece before, " + above + " s above\n" + String.join("\n", pieces));
        assertEquals(0, grows.waitFor());
        assertTrue(large.isAlive());
    }

    private static double medianS(List<String> pieces, long from, long to) {
        double[] seconds = pieces.stream().map(line -> line.split(" ")).filter(piece -> Long.parseLong(piece[0]) > from && Long.parseLong(piece[0]) <= to)
                .mapToDouble(piece -> Double.parseDouble(piece[1])).sorted().toArray();
        assertTrue(seconds.length > 0, () -> "no piece between " + from + " and " + to);
        return seconds[seconds.length / 2];
    }

    @Test
    void theSessionHearsThatACallWasKilled() throws Exception {
        call.apply(Limits.builder().memoryMaxBytes(32 * MIB).oomGroup(true).build());
        Notifications notifications = new Notifications();
        session.watch(notifications);

        kernel.startHog(call, 100);

        notifications.await(() -> session.events().oomKill() > 0);
        assertTrue(notifications.memoryEventsHeard() > 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 100, 300})
    void thePeakIsWhatWasTouched(int mebibytes) throws Exception {
        Process hog = kernel.startHog(call, mebibytes);
        awaitWord(hog, "full");
        hog.destroy();
        KernelTree.awaitEmpty(call);

        long peakMib = call.usage().memoryPeakBytes().orElseThrow() / MIB;
        assertTrue(Math.abs(peakMib - mebibytes) <= Math.max(8, mebibytes * 5 / 100), "peak " + peakMib + " MiB");
    }

    @Test
    void aSoftLimitSlowsDownAndIsHeardBeforeAnybodyDies() throws Exception {
        call.apply(Limits.builder().memoryHighBytes(32 * MIB).memoryMaxBytes(512 * MIB).build());
        Notifications notifications = new Notifications();
        call.watch(notifications);

        Process hog = kernel.startHog(call, 64);

        notifications.await(() -> call.events().high() > 0);
        assertTrue(hog.isAlive());
        assertTrue(notifications.memoryEventsHeard() > 0);
        assertEquals(0, call.events().oomKill());
    }

    @Test
    void aPressureTriggerFiresUnderARealHog() throws Exception {
        call.apply(Limits.builder().memoryHighBytes(24 * MIB).build());
        CountDownLatch fired = new CountDownLatch(1);
        Domain.Watch trigger = call.watchMemoryPressure(false, Duration.ofMillis(150), Duration.ofSeconds(1), fired::countDown)
                .orElseThrow();

        kernel.startHog(call, 128);

        assertTrue(fired.await(PATIENCE_S, TimeUnit.SECONDS), () -> "never fired; stalled " + call.usage().memoryStallSomeUs());
        // The kernel brings the total up to date every two seconds, the trigger at once: it may say less than the 150 ms.
        assertTrue(call.usage().memoryStallSomeUs().orElse(0) > 0, () -> call.usage().toString());
        trigger.close();
    }

    @Test
    void cachesCanBeReclaimed() throws Exception {
        assertEquals(0, kernel.start(call, "dd if=/dev/zero of=" + disk + "/cache bs=1M count=64 conv=fsync status=none").waitFor());
        long before = call.usage().fileBytes().orElseThrow();
        assertTrue(before > 48 * MIB, "cached " + before);

        assertTrue(call.reclaim(32 * MIB));

        assertTrue(call.usage().fileBytes().orElseThrow() <= before - 24 * MIB, () -> call.usage().toString());
    }

    @Test
    void whatCannotBeReclaimedIsSaidToBeSo() throws Exception {
        call.apply(Limits.builder().swapMaxBytes(0).build());
        awaitWord(kernel.startHog(call, 32), "full");

        assertFalse(call.reclaim(24 * MIB));
    }

    @Test
    void theAgentIsNotTheVictimOfItsCall() throws Exception {
        session.apply(Limits.builder().memoryMaxBytes(96 * MIB).build());
        session.agent().apply(Limits.builder().memoryMinBytes(32 * MIB).build());
        call.apply(Limits.builder().oomGroup(true).build());
        Process agent = kernel.start(session.agent(), "echo -900 > /proc/self/oom_score_adj; " + KernelTree.hog(24));
        awaitWord(agent, "full");
        Notifications notifications = new Notifications();
        call.watch(notifications);

        Process hog = kernel.startHog(call, 200);

        notifications.await(() -> !call.populated());
        assertEquals(SIGKILL_STATUS, hog.waitFor());
        assertTrue(agent.isAlive());
        assertEquals(0, session.agent().events().oomKill());
        assertTrue(session.events().oomKill() > 0, () -> session.events().toString());
    }

    @Test
    void aProtectedAgentKeepsItsCacheAndAnUnprotectedOneDoesNot() throws Exception {
        long unprotected = agentCacheUnderPressure(0);
        long kept = agentCacheUnderPressure(40 * MIB);

        assertTrue(kept >= 28 * MIB, "kept " + kept);
        assertTrue(unprotected < kept / 2, "without protection " + unprotected + " of " + kept);
    }

    /** @return what is left of 32 MiB of cache when a call fills the session's budget several times over */
    private long agentCacheUnderPressure(long minBytes) throws Exception {
        SessionNode fresh = kernel.session("min-" + minBytes);
        fresh.apply(Limits.builder().memoryMaxBytes(64 * MIB).build());
        fresh.agent().apply(Limits.builder().memoryMinBytes(minBytes).build());
        assertEquals(0, kernel.start(fresh.agent(), fill("agent-" + minBytes, 32)).waitFor());
        assertEquals(0, kernel.start(fresh.createCall(new CallId("1")), fill("call-" + minBytes, 128)).waitFor());
        return fresh.agent().usage().fileBytes().orElseThrow();
    }

    private String fill(String file, int mebibytes) {
        return "dd if=/dev/zero of=" + disk + "/" + file + " bs=1M count=" + mebibytes + " conv=fsync status=none";
    }
}
