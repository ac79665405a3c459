package io.agentcgroup.itests.kernel.engine;

import static io.agentcgroup.itests.kernel.engine.Agent.MIB;
import static io.agentcgroup.itests.kernel.engine.Agent.REAP;
import static io.agentcgroup.itests.kernel.engine.Agent.SESSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.OnDisk;
import io.agentcgroup.itests.kernel.engine.Agent.Ended;
import io.agentcgroup.itests.kernel.engine.Agent.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leftovers, restarts, many calls at once: that nothing is lost and nothing stays. */
class LifeOfCallsTest {

    private static final LeftoverPolicy KEEP = new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, Duration.ofSeconds(2));

    /** Not in memory, where files could not be reclaimed. */
    @TempDir(factory = OnDisk.class)
    private Path disk;

    private final Agent agent = new Agent(Map.of("freeze.most.ms", 500));

    @AfterEach
    void close() throws Exception {
        agent.close();
    }

    @Test
    void leftoversGoOnInTheBackground() throws Exception {
        agent.openSession(OptionalLong.of(1024 * MIB), LeftoverPolicy.DEFAULT);
        // A shell until it is the program that it is to be.
        Ended ended = agent.run("exec >/dev/null; sleep 600 & until grep -q sleep /proc/$!/comm; do :; done; exit 0");

        Outcome outcome = agent.outcome(ended.id());
        List<Integer> background = agent.session().background().processes();
        assertEquals(1, background.size());
        assertEquals(1, outcome.leftovers());
        assertTrue(ended.told().get(0).startsWith(
                "Still running in the background: 1 process of this command: " + background.get(0) + " (sleep)"), ended::toString);
        assertTrue(ended.told().get(0).contains("256 MiB"), ended::toString);
        assertTrue(Path.of("/proc", background.get(0).toString()).toFile().exists());
    }

    @Test
    void leftoversAreKeptUntilTheDeadline() throws Exception {
        agent.openSession(OptionalLong.empty(), KEEP);
        Running running = agent.start("exec >/dev/null; sleep 600 & exit 0");
        long exitedNs = System.nanoTime();
        Ended ended = agent.await(running);
        assertTrue(ended.told().get(0).endsWith("They are ended in 2 s."), ended::toString);
        assertEquals(1, agent.outcome(ended.id()).leftovers());
        assertTrue(System.nanoTime() - exitedNs >= KEEP.keepFor().toNanos(), "they were not kept");
        assertTrue(agent.session().background().processes().isEmpty());
    }

    @Test
    void leftoversAreReaped() throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        Ended ended = agent.run("exec >/dev/null; sleep 600 & sleep 600 & exit 0");
        assertEquals(2, agent.outcome(ended.id()).leftovers());
        assertFalse(agent.session().populated());
    }

    @Test
    void aPolicysFreezeEndsByItself() throws Exception {
        agent.openSession(OptionalLong.empty(), REAP);
        agent.engine().grant(Limits.builder().memoryMaxBytes(32 * MIB).build());
        AtomicBoolean frozen = new AtomicBoolean();
        agent.engine().react(pressure -> pressure.call().isEmpty() || frozen.getAndSet(true) ? List.of()
                : List.of(new Action.Freeze(pressure.call().orElseThrow(), Duration.ofHours(1), "a test")));
        // The limit is hit again and again, and cache is given up: pressure, but nobody dies.
        Ended ended = agent.run("dd if=/dev/zero of=" + disk + "/file bs=1M count=96 conv=fsync status=none");
        assertEquals(0, ended.exitCode());
        assertTrue(frozen.get());
        assertTrue(agent.outcome(ended.id()).events().max() > 0);
    }

    @Test
    void aRestartedEngineTakesOverSessionsCallsAndLimits() throws Exception {
        agent.openSession(OptionalLong.of(512 * MIB), REAP);
        agent.engine().grant(Limits.builder().memoryMaxBytes(64 * MIB).oomGroup(true).build());
        Running running = agent.start("read line; exit 3");
        Running endsMeanwhile = agent.start("exit 0");
        endsMeanwhile.process().waitFor();
        agent.engine().restart();

        Outcome unseen = agent.outcome(endsMeanwhile.call().id());
        assertEquals(Outcome.End.UNSEEN, unseen.end());
        assertTrue(unseen.adopted());
        assertEquals(OptionalLong.of(512 * MIB), agent.engine().sessions().find(SESSION).orElseThrow().memoryBudgetBytes());
        assertEquals(Long.toString(64 * MIB), KernelTree.text(agent.domain(running.call().id()), "memory.max"));

        running.process().getOutputStream().close();
        int exitCode = running.process().waitFor();
        OpenCall resumed = agent.engine().calls().resume(SESSION, running.call().id(), new SilentListener()).orElseThrow();
        agent.end(resumed, exitCode);
        Outcome outcome = agent.outcome(running.call().id());
        assertTrue(outcome.adopted());
        assertEquals(OptionalInt.of(3), outcome.exitCode());
        assertEquals("read line; exit 3", outcome.call().command());
        assertEquals(2, agent.engine().outcomes().size(), "each call once");
    }

    @Test
    void manyCallsAtOnceLeaveNothingBehind() throws Exception {
        int count = 120;
        agent.openSession(OptionalLong.empty(), REAP);
        agent.engine().grant(Limits.builder().memoryMaxBytes(64 * MIB).oomGroup(true).pidsMax(32).build());
        ExecutorService threads = Executors.newFixedThreadPool(20);
        List<Future<Ended>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String command = switch (i % 4) {
                case 0 -> "exit 0";
                case 1 -> "exit 7";
                case 2 -> "kill -9 $$";
                default -> "exec >/dev/null; sleep 600 & exit 1";
            };
            calls.add(threads.submit(() -> agent.run(command)));
        }
        for (int i = 0; i < count; i++) {
            Ended ended = calls.get(i).get();
            assertEquals(new int[] {0, 7, 137, 1}[i % 4], ended.exitCode());
            Outcome outcome = agent.outcome(ended.id());
            assertEquals(Outcome.End.EXITED, outcome.end());
            assertEquals(i % 4 == 3 ? 1 : 0, outcome.leftovers());
        }
        threads.shutdown();
        assertEquals(count, agent.engine().outcomes().size());
        agent.engine().sessions().close(SESSION, "the test is over");
        assertFalse(Files.exists(Path.of(agent.kernel().tree().info().root(), SESSION.value())));
    }
}
