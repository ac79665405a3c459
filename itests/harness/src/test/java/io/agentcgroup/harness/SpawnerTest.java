package io.agentcgroup.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnerTest {

    @TempDir
    Path folder;

    private Spawner spawner;

    @BeforeEach
    void unpack() throws IOException {
        spawner = Spawner.in(folder);
    }

    @Test
    void eachCallsExitCodeIsItsOwn() throws Exception {
        List<Spawner.Result> results = run(Spawner.Pace.parallel(8),
                IntStream.range(0, 100).mapToObj(i -> List.of("sh", "-c", "exit " + i)).toList());
        for (int i = 0; i < 100; i++) {
            assertEquals(i, results.get(i).exitCode().getAsInt());
        }
    }

    @Test
    void aSignalIsNoExitCode() throws Exception {
        Spawner.Result result = run(Spawner.Pace.BACK_TO_BACK, List.of(List.of("sh", "-c", "kill -9 $$"))).get(0);
        assertEquals(9, result.signal().getAsInt());
        assertTrue(result.exitCode().isEmpty());
        assertEquals(137, result.status());
    }

    @Test
    void aProgramThatIsNotThereIsSaidSo() throws Exception {
        assertFalse(run(Spawner.Pace.BACK_TO_BACK, List.of(List.of("no-such-program"))).get(0).started());
    }

    @Test
    void theTimeOfACallIsItsOwn() throws Exception {
        Spawner.Result result = run(Spawner.Pace.BACK_TO_BACK, List.of(List.of("sleep", "0.2"))).get(0);
        assertTrue(result.micros() >= 200_000, result.micros() + " us");
    }

    @Test
    void noMoreThanAskedForRunAtOnce() throws Exception {
        List<Spawner.Result> results = run(Spawner.Pace.parallel(3),
                IntStream.range(0, 9).mapToObj(i -> List.of("sleep", "0.05")).toList());
        for (Spawner.Result one : results) {
            long atOnce = results.stream().filter(r -> r.startNs() <= one.startNs() && one.startNs() < r.endNs()).count();
            assertTrue(atOnce <= 3, atOnce + " at once");
        }
    }

    @Test
    void theGapIsKept() throws Exception {
        List<Spawner.Result> results = run(Spawner.Pace.withGaps(Duration.ofMillis(30)),
                List.of(List.of("true"), List.of("true"), List.of("true")));
        assertTrue(results.get(1).startNs() - results.get(0).endNs() >= 30_000_000);
        assertTrue(results.get(2).startNs() - results.get(1).endNs() >= 30_000_000);
    }

    @Test
    void thePaceIsKeptWhileCallsOverlap() throws Exception {
        List<Spawner.Result> results = run(Spawner.Pace.every(Duration.ofMillis(20), 10),
                IntStream.range(0, 5).mapToObj(i -> List.of("sleep", "1")).toList());
        assertTrue(results.get(4).startNs() - results.get(0).startNs() >= 80_000_000);
        assertTrue(results.get(4).startNs() < results.get(0).endNs(), "the fifth waited for the first");
    }

    @Test
    void aSpawnerThatIsKilledIsNoResult() throws Exception {
        Spawner.Running running = Spawner.start(new ProcessBuilder(spawner.command(Spawner.Pace.BACK_TO_BACK)),
                List.of(List.of("true"), List.of("sleep", "5")), result -> { });
        running.process().destroyForcibly();
        assertThrows(IOException.class, running::await);
    }

    private List<Spawner.Result> run(Spawner.Pace pace, List<List<String>> calls) throws Exception {
        return Spawner.start(new ProcessBuilder(spawner.command(pace)), calls, result -> { }).await();
    }
}
