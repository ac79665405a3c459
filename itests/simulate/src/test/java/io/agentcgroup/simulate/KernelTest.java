package io.agentcgroup.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Limits;
import io.agentcgroup.simulate.Task.Hold;
import io.agentcgroup.simulate.Task.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class KernelTest {

    private static final long MB = 1_000_000;
    private static final long S = 1_000_000_000;

    private final VirtualTime time = new VirtualTime();
    /** 100 MB a second, two CPUs. */
    private final Kernel kernel = new Kernel(time, new Machine(1000 * MB, 100 * MB, 2, 100 * MB, 0));
    private final Group root = new Group(kernel, "/", null);
    private final List<String> ends = new ArrayList<>();

    private Group session(String name) {
        return new Group(kernel, "/" + name, root);
    }

    private Task run(String name, Group session, int oomScoreAdj, Task.Step... steps) {
        return kernel.start(new Group(kernel, session.path() + "/" + name, session), oomScoreAdj, List.of(steps),
                status -> ends.add(String.format(Locale.ROOT, "%s %d at %.2f", name, status, time.seconds())));
    }

    private void letAllEnd(int tasks) {
        assertTrue(time.run(1000 * S, () -> ends.size() == tasks), () -> ends.toString());
    }

    @Test
    void memoryTakesItsTimeAndIsGivenBackAtTheEnd() {
        run("a", session("s"), 0, new Hold(200 * MB), new Pause(S), new Hold(0), new Pause(S));
        letAllEnd(1);
        assertEquals(List.of("a 0 at 4.00"), ends);
        assertEquals(0, root.usedBytes);
        assertEquals(200 * MB, root.peakBytes);
    }

    @Test
    void thoseWhoTakeMemoryShareTheCpus() {
        for (String name : List.of("a", "b", "c", "d")) {
            run(name, session(name), 0, new Hold(100 * MB));
        }
        letAllEnd(4);
        // The first chunk is taken before the others have begun, so it is a little less than twice as long.
        assertTrue(time.seconds() > 1.8 && time.seconds() <= 2, () -> ends.toString());
    }

    @Test
    void theLargestDiesWhenTheMachineHasNoMoreAndTheOthersGoOn() {
        run("small", session("a"), 0, new Hold(200 * MB), new Pause(20 * S));
        run("large", session("b"), 0, new Hold(800 * MB), new Pause(20 * S));
        letAllEnd(2);
        assertTrue(ends.get(0).startsWith("large 9"), ends::toString);
        assertTrue(ends.get(1).startsWith("small 0"), ends::toString);
        assertEquals(1, kernel.oomKills());
    }

    @Test
    void theScoreDecidesAmongThoseUnderALimit() {
        Group session = session("s");
        session.apply(Limits.builder().memoryMaxBytes(300 * MB).build());
        run("agent", session, -900, new Hold(200 * MB), new Pause(20 * S));
        run("call", session, 400, new Pause(5 * S), new Hold(150 * MB));
        run("elsewhere", session("t"), 0, new Hold(400 * MB), new Pause(20 * S));
        letAllEnd(3);
        assertTrue(ends.get(0).startsWith("call 9 at"), ends::toString);
        assertEquals(1, session.ownEvents().oom());
        assertEquals(0, root.ownEvents().oom());
        assertEquals(1, root.events().oomKill());
    }

    @Test
    void aGroupThatDiesAsAWholeTakesAllItsProcessesAlong() {
        Group session = session("s");
        Group call = new Group(kernel, "/s/call-1", session);
        call.apply(Limits.builder().memoryMaxBytes(100 * MB).oomGroup(true).build());
        kernel.start(call, 0, List.of(new Pause(100 * S)), status -> ends.add("helper " + status));
        kernel.start(call, 0, List.of(new Hold(150 * MB)), status -> ends.add("leader " + status));
        letAllEnd(2);
        assertTrue(ends.containsAll(List.of("helper 9", "leader 9")), ends::toString);
        assertEquals(1, call.events().oomGroupKill());
    }

    @Test
    void aSoftLimitSlowsDownAndCounts() {
        Group session = session("s");
        session.apply(Limits.builder().memoryHighBytes(50 * MB).build());
        run("a", session, 0, new Hold(60 * MB));
        letAllEnd(1);
        // From 50 MB on in batches of 256 KiB, each as long as 64 s times the square of the share above: some 32 s for 20 % in all.
        assertTrue(time.seconds() > 20 && time.seconds() < 45, () -> ends.toString());
        assertTrue(session.ownEvents().high() >= 38 && session.stallNs > 20 * S, () -> session.ownEvents().toString());
    }

    @Test
    void whoIsFrozenGoesOnWhenThawed() {
        Group session = session("s");
        run("a", session, 0, new Hold(200 * MB));
        time.after(S, () -> session.freeze(true));
        time.after(6 * S, () -> session.freeze(false));
        letAllEnd(1);
        // What it was doing when it was stopped was done when it went on.
        assertTrue(time.seconds() > 6.9 && time.seconds() < 7.05, ends::toString);
    }

    @Test
    void aPauseThatEndsInAFreezeEndsWithIt() {
        Group session = session("s");
        run("a", session, 0, new Pause(2 * S));
        time.after(S, () -> session.freeze(true));
        time.after(5 * S, () -> session.freeze(false));
        letAllEnd(1);
        assertEquals(List.of("a 0 at 5.00"), ends);
    }

    @Test
    void killingAGroupEndsWhatIsInItEvenFrozen() {
        Group session = session("s");
        run("a", session, 0, new Hold(10 * MB), new Pause(100 * S));
        time.after(S, () -> session.freeze(true));
        time.after(2 * S, session::kill);
        letAllEnd(1);
        assertEquals(List.of("a 9 at 2.00"), ends);
    }

    @Test
    void aStallTriggerFiresOncePerWindow() {
        List<Double> fired = new ArrayList<>();
        Group session = session("s");
        session.watchMemoryPressure(false, Duration.ofMillis(150), Duration.ofSeconds(1), () -> fired.add(time.seconds()));
        session.apply(Limits.builder().memoryHighBytes(50 * MB).build());
        run("a", session, 0, new Hold(60 * MB));
        letAllEnd(1);
        assertTrue(fired.size() > 10 && fired.size() <= time.seconds(), fired::toString);
    }
}
