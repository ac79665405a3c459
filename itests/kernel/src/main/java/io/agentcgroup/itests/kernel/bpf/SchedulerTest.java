package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.bpf.shared.HistogramEntry;
import io.agentcgroup.api.bpf.shared.HoldEntry;
import io.agentcgroup.api.bpf.shared.KernelHistogram;
import io.agentcgroup.api.bpf.shared.KernelStat;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.itests.kernel.KernelTree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/**
 * Our scheduler under load. Shares are of CPU time, so they do not depend on how fast the guest is. It is
 * attached once for all tests: the verifier takes its time in an emulated machine, and so does what the kernel does to attach it.
 */
class SchedulerTest {

    private static final int ATTEMPTS = 3;
    private static final double TOLERANCE = 0.03;
    /** Long against a slice of 8 ms that overruns to 12: the least group here has 1 s of it, so an edge is 1 %. */
    private static final long MEASURED_S = 6;
    /** Together they want more than a third of a CPU, each too little to count as a long call. */
    private static final int SHORT_CALLS = 12;
    /** Twice what a call that goes first may have used lately, which is halved now and then. */
    private static final long NO_SHORT_CALL_US = 800_000;
    /** Ours (see {@link Hogs}); 20 ms of CPU, and then a pause, for ever. */
    private static final String SHORT_CALL = "exec perl -e 'my $none = pack(\"i\", 0); syscall(144, 0, 7, $none) == 0 or die;"
            + " for (;;) { my $until = (times)[0] + 0.02; 1 while (times)[0] < $until; select(undef, undef, undef, 0.4) }'";
    /** Ours; half of the time it wants a CPU, a slice's length at a time: no short call for long. */
    private static final String NAPPER = "exec perl -e 'my $none = pack(\"i\", 0); syscall(144, 0, 7, $none) == 0 or die;"
            + " for (;;) { my $until = (times)[0] + 0.01; 1 while (times)[0] < $until; select(undef, undef, undef, 0.01) }'";
    /** Not ours: takes one CPU for a second, then the other. */
    private static final String WANDERER = "for i in $(seq 30); do for cpu in 0 1; do timeout 1 taskset -c $cpu perl -e '1 while 1'; done; done";
    private static AttachedScheduler scheduler;

    private final KernelTree kernel = new KernelTree();

    @BeforeAll
    static void attach() throws Exception {
        scheduler = new AttachedScheduler("schedext");
    }

    @AfterAll
    static void detach() throws Exception {
        scheduler.close();
    }

    @AfterEach
    void stop() throws Exception {
        kernel.close();
    }

    private Domain hogs(SessionNode session, String id, int weight) throws IOException {
        return Hogs.start(kernel, session, id, weight);
    }

    /** Holds what each domain got of what all of them used against what it should get. */
    private interface Check {
        void of(double[] shares);
    }

    /**
     * Measures for longer, on and on from the beginning, before a check fails: what a busy host spoils of a part, such as by taking
     * away a CPU that somebody is charged for, a scheduler that shares rightly makes good; one that does not is wrong in the long run.
     */
    private static void checkShares(Check check, Domain... domains) throws Exception {
        // What was just started counts as short calls.
        TimeUnit.SECONDS.sleep(1);
        long[] before = usedUs(domains);
        for (int left = ATTEMPTS; ; left--) {
            TimeUnit.SECONDS.sleep(MEASURED_S);
            long[] now = usedUs(domains);
            double all = LongStream.of(now).sum() - LongStream.of(before).sum();
            try {
                check.of(IntStream.range(0, domains.length).mapToDouble(i -> (now[i] - before[i]) / all).toArray());
                return;
            } catch (AssertionFailedError e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    private static long[] usedUs(Domain... domains) throws IOException {
        long[] used = new long[domains.length];
        for (int i = 0; i < domains.length; i++) {
            used[i] = Hogs.usedUs(domains[i]);
        }
        return used;
    }

    @Test
    void weightsOf100And300GiveOneToThree() throws Exception {
        SessionNode session = kernel.session("s");
        Domain a = hogs(session, "a", 100);
        Domain b = hogs(session, "b", 300);
        checkShares(shares -> assertEquals(3, shares[1] / shares[0], 3 * TOLERANCE), a, b);
    }

    @Test
    void threeGroupsShareByTheirWeights() throws Exception {
        SessionNode session = kernel.session("s");
        Domain a = hogs(session, "a", 100);
        Domain b = hogs(session, "b", 200);
        Domain c = hogs(session, "c", 300);
        checkShares(shares -> {
            assertEquals(2, shares[1] / shares[0], 2 * TOLERANCE);
            assertEquals(3, shares[2] / shares[0], 3 * TOLERANCE);
        }, a, b, c);
    }

    @Test
    void sessionsShareFirstAndThenTheirCalls() throws Exception {
        SessionNode one = kernel.session("one");
        SessionNode two = kernel.session("two");
        one.apply(Limits.builder().cpuWeight(100).build());
        two.apply(Limits.builder().cpuWeight(200).build());
        Domain b = hogs(one, "b", 100);
        Domain c = hogs(one, "c", 100);
        Domain d = hogs(two, "d", 100);
        checkShares(shares -> {
            assertEquals(1.0 / 6, shares[0], 0.05 / 6);
            assertEquals(1.0 / 6, shares[1], 0.05 / 6);
            assertEquals(2.0 / 3, shares[2], 0.05 * 2 / 3);
        }, b, c, d);
    }

    @Test
    void whoWaitsForItsTurnHasHalfOfWhatTheKernelsSchedulerLeavesHoweverManyShortCallsThereAre() throws Exception {
        Domain turns = hogs(kernel.session("turns"), "long", 100);
        SessionNode many = kernel.session("many");
        Domain[] calls = new Domain[1 + SHORT_CALLS];
        calls[0] = turns;
        for (int i = 1; i < calls.length; i++) {
            calls[i] = many.createCall(new CallId("c" + i));
        }
        // By now it is no short call any more. The shares that short calls may have are counted as if we had all CPUs.
        Domain others = kernel.session("others").createCall(new CallId("kernels"));
        others.apply(Limits.builder().cpuMax(new CpuMax(170_000, 100_000)).build());
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            kernel.start(others, "exec perl -e '1 while 1'");
        }
        for (int i = 1; i < calls.length; i++) {
            kernel.start(calls[i], SHORT_CALL);
        }
        TimeUnit.SECONDS.sleep(2);
        long[] before = usedUs(calls);
        TimeUnit.SECONDS.sleep(MEASURED_S);
        long[] now = usedUs(calls);
        double shorts = IntStream.range(1, calls.length).mapToLong(i -> now[i] - before[i]).sum();
        double all = shorts + now[0] - before[0];
        assertTrue(shorts / all > 0.2, "there were not enough short calls: " + shorts / all);
        assertTrue((now[0] - before[0]) / all > 0.4, "it had " + (now[0] - before[0]) / all + " of what was left");
    }

    @Test
    void whoseCpuTheKernelsSchedulerTakesGoesOnOnAnother() throws Exception {
        SessionNode session = kernel.session("s");
        Domain ours = session.createCall(new CallId("ours"));
        KernelTree.awaitWord(kernel.start(ours, Hogs.HOG), "ours");
        Domain others = session.createCall(new CallId("kernels"));
        kernel.start(others, WANDERER);
        TimeUnit.SECONDS.sleep(1);
        long[] before = usedUs(ours, others);
        TimeUnit.SECONDS.sleep(MEASURED_S);
        long[] now = usedUs(ours, others);
        double share = (double) (now[0] - before[0]) / (now[1] - before[1]);
        assertTrue(share > 0.75, "of two CPUs the kernel's scheduler took one, and ours had " + share + " of what that had");
    }

    @Test
    void whoHasMoreWeightInterruptsWhoHasMuchLess() throws Exception {
        assertTrue(interruptedFor(300) > 5, "it waited for slices of others to end");
    }

    @Test
    void equalsWaitForTheirTurn() throws Exception {
        assertEquals(0, interruptedFor(30));
    }

    /** @return how often hogs of weight 30 were interrupted for one that naps now and then, once that was no short call any more */
    private long interruptedFor(int weight) throws Exception {
        SessionNode session = kernel.session("s");
        hogs(session, "hogs", 30);
        Domain napper = session.createCall(new CallId("napper"));
        napper.apply(Limits.builder().cpuWeight(weight).build());
        kernel.start(napper, NAPPER);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Hogs.usedUs(napper) < NO_SHORT_CALL_US) {
            assertTrue(System.nanoTime() < deadline, "it got no CPU");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        long before = scheduler.count(KernelStat.PREEMPTIONS);
        TimeUnit.SECONDS.sleep(2);
        return scheduler.count(KernelStat.PREEMPTIONS) - before;
    }

    @Test
    void aCallHasNoMoreThanItsCpuMaxThoughTheCpusAreIdle() throws Exception {
        Domain call = hogs(kernel.session("s"), "a", 100);
        call.apply(Limits.builder().cpuMax(new CpuMax(20_000, 100_000)).build());
        TimeUnit.SECONDS.sleep(1);
        assertEquals(0.20, cpus(call), 0.02);
    }

    /** @return how many CPUs the domain had */
    private static double cpus(Domain call) throws Exception {
        long before = Hogs.usedUs(call);
        long since = System.nanoTime();
        TimeUnit.SECONDS.sleep(MEASURED_S);
        return (Hogs.usedUs(call) - before) * 1000.0 / (System.nanoTime() - since);
    }

    @Test
    void whoIsHeldBackRunsAgainWhenItWasAskedFor() throws Exception {
        Domain call = hogs(kernel.session("s"), "a", 100);
        allowHoldsOf(2_000);
        TimeUnit.SECONDS.sleep(1);
        // A tenth of 20 ms is what an emulated machine's timers may be late; the error does not grow with the time asked for.
        for (Map.Entry<Integer, Double> asked : Map.of(20, 0.10, 100, 0.02, 500, 0.02).entrySet()) {
            int askedMs = asked.getKey();
            HistogramEntry before = histogram(KernelHistogram.HOLD_ERROR);
            for (int i = 0; i < 7; i++) {
                long until = hold(call, askedMs);
                // Seen at the next tick of a CPU that runs it.
                TimeUnit.MILLISECONDS.sleep(askedMs / 2);
                long held = Hogs.usedUs(call);
                TimeUnit.MILLISECONDS.sleep(askedMs / 4);
                long heldStill = Hogs.usedUs(call);
                // On a busy host we may have looked too late.
                assertTrue(heldStill - held < askedMs * 1000L / 10 || System.nanoTime() > until, "it ran while it was held");
                TimeUnit.MILLISECONDS.sleep(askedMs / 4 + 50);
                assertTrue(Hogs.usedUs(call) > held, "it was not let go");
            }
            double errorPpm = histogram(KernelHistogram.HOLD_ERROR).since(before).percentile(50).orElseThrow();
            assertTrue(errorPpm < asked.getValue() * 1e6, askedMs + " ms: off by " + errorPpm + " millionths");
        }
    }

    @Test
    void nobodyIsHeldForLongerThanThePolicyAllowsWhateverIsAsked() throws Exception {
        Domain call = hogs(kernel.session("s"), "a", 100);
        allowHoldsOf(200);
        TimeUnit.SECONDS.sleep(1);
        HistogramEntry before = histogram(KernelHistogram.HOLD);
        hold(call, 2_000);
        TimeUnit.MILLISECONDS.sleep(1_500);
        // As the kernel measured it: we may look late.
        HistogramEntry held = histogram(KernelHistogram.HOLD).since(before);
        assertTrue(held.count() > 0, "it is held still, or never was");
        double longestMs = held.percentile(100).orElseThrow() / 1e6;
        assertTrue(longestMs > 150 && longestMs < 300, "held for " + longestMs + " ms");
    }

    @Test
    void whoIsHeldOrHasUsedUpItsCpuMaxAndIsKilledExitsAtOnce() throws Exception {
        SessionNode session = kernel.session("s");
        Domain held = hogs(session, "held", 100);
        Domain limited = hogs(session, "limited", 100);
        // With what a slice overruns, its next time is many seconds away.
        limited.apply(Limits.builder().cpuMax(new CpuMax(1_000, 1_000_000)).build());
        allowHoldsOf(2_000);
        TimeUnit.SECONDS.sleep(1);
        hold(held, 2_000);
        TimeUnit.MILLISECONDS.sleep(100);
        held.kill();
        limited.kill();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
        while (held.populated() || limited.populated()) {
            assertTrue(System.nanoTime() < deadline, "they wait for their time");
            // Held anew all the while: who waits for the end of its hold waits for ever.
            hold(held, 2_000);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static void allowHoldsOf(long mostMs) {
        scheduler.array(SharedMaps.POLICY, PolicyEntry.CODEC)
                .set(0, new PolicyEntry(1, TimeUnit.MILLISECONDS.toNanos(mostMs), 1, 0, List.of(0, 0, 0, 0), 0));
    }

    /** @return until when it was asked for */
    private static long hold(Domain call, long askedMs) {
        long now = System.nanoTime();
        long until = now + TimeUnit.MILLISECONDS.toNanos(askedMs);
        scheduler.hash(SharedMaps.HOLDS, HoldEntry.CODEC).put(call.id(), new HoldEntry(now, until, 0, HoldEntry.BY_DAEMON));
        return until;
    }

    private static HistogramEntry histogram(KernelHistogram which) {
        return scheduler.array(SharedMaps.HISTOGRAMS, HistogramEntry.CODEC).get(which.ordinal());
    }
}
