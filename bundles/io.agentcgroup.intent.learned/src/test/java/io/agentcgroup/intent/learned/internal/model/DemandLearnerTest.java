package io.agentcgroup.intent.learned.internal.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DemandLearnerTest {

    private static final long MB = 1 << 20;
    private static final double PRICE = 20_000;

    private final DemandLearner learner = new DemandLearner(new Knowledge());

    private long grantMb(String session, String command) {
        return learner.predict(session, "/repo", command).grantBytes(PRICE) / MB;
    }

    private void seen(String session, String command, long peakMb, int times) {
        for (int i = 0; i < times; i++) {
            learner.observe(session, "/repo", command, Observation.of(peakMb * MB, 5));
        }
    }

    @Test
    void learnsWhatACommandTakesInItsSession() {
        seen("a", "pytest tests/", 400, 5);
        long grant = grantMb("a", "pytest tests/");
        assertTrue(grant >= 400 && grant < 800, () -> grant + " MB for 400 MB");
    }

    @Test
    void backsOffFromTheExactCommandToProgramClassAndEverything() {
        seen("a", "pytest tests/test_a.py", 300, 20);
        seen("a", "ls -l", 5, 50);
        assertTrue(grantMb("b", "pytest tests/test_b.py") >= 300, "another file of the same program");
        assertTrue(grantMb("b", "npx jest") >= 300, "another program of the same class");
        assertEquals(32, grantMb("b", "ls src"), "looking stays small");
        assertTrue(grantMb("b", "cat x") < 64, "and so does another program of its class");
    }

    @Test
    void anotherSessionInTheSameRepositoryKnowsTheExactCommand() {
        seen("a", "python big.py", 1500, 6);
        seen("a", "python small.py", 40, 60);
        assertTrue(grantMb("b", "python big.py") >= 1500);
    }

    @Test
    void aStoppedCallIsNotTriedAgainWithAsLittle() {
        learner.observe("a", "/repo", "make all", Observation.stopped(200 * MB, 3));
        long second = grantMb("a", "make all");
        assertTrue(second >= 250, () -> second + " MB");
        learner.observe("a", "/repo", "make all", Observation.stopped(second * MB, 3));
        long third = grantMb("a", "make all");
        assertTrue(third >= 1.25 * second, () -> third + " MB after " + second);
        learner.observe("a", "/repo", "make all", Observation.of(700 * MB, 3));
        long fourth = grantMb("a", "make all");
        assertTrue(fourth >= 700, () -> fourth + " MB after it went through with 700");
    }

    @Test
    void aCensoredPeakTeachesThatDemandWasHigherThanAPlainOneOfThatSize() {
        DemandLearner plain = new DemandLearner(new Knowledge());
        for (int i = 0; i < 20; i++) {
            learner.observe("s" + i, "/r" + i, "gcc x.c", Observation.stopped(300 * MB, 3));
            plain.observe("s" + i, "/r" + i, "gcc x.c", Observation.of(300 * MB, 3));
        }
        long censored = learner.predict("new", "/new", "gcc y.c").grantBytes(PRICE);
        long uncensored = plain.predict("new", "/new", "gcc y.c").grantBytes(PRICE);
        assertTrue(censored > 1.2 * uncensored, () -> censored + " against " + uncensored);
    }

    @Test
    void followsAProjectThatGrowsAndForgetsOneThatShrank() {
        seen("a", "make", 800, 300);
        for (int session = 0; session < 60; session++) {
            seen("later" + session, "make", 100, 10);
        }
        long grant = grantMb("new", "make");
        assertTrue(grant >= 100 && grant < 300, () -> grant + " MB");
    }

    @Test
    void confidenceGrowsWithCallsAndFallsWithSpread() {
        seen("a", "cargo build", 500, 2);
        double few = learner.predict("b", "/repo", "cargo build").confidence();
        seen("a", "cargo build", 500, 60);
        double many = learner.predict("b", "/repo", "cargo build").confidence();
        Random random = new Random(7);
        for (int i = 0; i < 62; i++) {
            seen("a" + i, "go build", 40 + random.nextInt(4000), 1);
        }
        double spread = learner.predict("b", "/repo", "go build").confidence();
        assertTrue(few < many, few + " " + many);
        assertTrue(spread < many, spread + " " + many);
        assertTrue(many <= 1 && few >= 0);
    }

    @Test
    void aDearerMissNeverGrantsLess() {
        seen("a", "pytest", 300, 3);
        seen("a", "pytest", 20, 7);
        Prediction prediction = learner.predict("a", "/repo", "pytest");
        long before = 0;
        for (double price = 1; price < 1e9; price *= 2) {
            long grant = prediction.grantBytes(price);
            assertTrue(grant >= before, "at price " + price);
            before = grant;
        }
        assertEquals(Prediction.FLOOR_BYTES, prediction.grantBytes(1));
    }

    @Test
    void holdsMemoryBackFromLongCallsBeforeShortOnes() {
        for (int i = 0; i < 40; i++) {
            long peak = i % 8 == 0 ? 900 * MB : 10 * MB;
            learner.observe("s" + i, "/r", "short.sh", Observation.of(peak, 1));
            learner.observe("s" + i, "/r", "long.sh", Observation.of(peak, 600));
        }
        assertTrue(grantMb("n", "short.sh") > grantMb("n", "long.sh"));
    }

    @Test
    void predictsCpuAndDurationFromWhatWasMeasured() {
        for (int i = 0; i < 10; i++) {
            learner.observe("a", "/repo", "make -j4", new Observation(OptionalLong.empty(), false, OptionalDouble.of(3.5), 120));
        }
        Prediction prediction = learner.predict("a", "/repo", "make -j4");
        assertEquals(3.5, prediction.cores().orElseThrow(), 0.01);
        assertEquals(120, prediction.seconds(), 20);
        assertTrue(learner.predict("a", "/repo", "frobnicate").cores().isPresent(), "everything is the last resort");
    }

    @Test
    void keepsABoundedNumberOfSignaturesAndTheClassesAmongThem() {
        seen("a", "pytest", 300, 30);
        for (int i = 0; i < 2 * Knowledge.MOST_NODES; i++) {
            learner.observe("s" + i % 1000, "/repo" + i, "tool" + i + " run", Observation.of(40 * MB, 1));
            if (i % 1000 == 0) {
                grantMb("b", "pytest x.py");
            }
        }
        assertTrue(learner.size() <= Knowledge.MOST_NODES);
        assertTrue(grantMb("b", "pytest x.py") >= 300);
    }

    @Test
    void whatIsWrittenAndReadAgainPredictsTheSame() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 700; i++) {
            seen("s" + i % 9, i % 3 == 0 ? "pytest t" + i % 5 + ".py" : "pip install x", 20 + random.nextInt(300), 1);
        }
        DemandLearner copy = new DemandLearner(copyOf(learner));
        for (String command : List.of("pytest t1.py", "pip install y", "ls", "make")) {
            assertEquals(learner.predict("new", "/repo", command).grantBytes(PRICE),
                    copy.predict("new", "/repo", command).grantBytes(PRICE), command);
        }
    }

    @Test
    void mergingTwoHostsKnowsWhatEitherKnew() throws IOException {
        DemandLearner other = new DemandLearner(new Knowledge());
        for (int i = 0; i < 30; i++) {
            other.observe("x", "/repo", "npm run build", Observation.of(1200 * MB, 30));
        }
        seen("a", "ls", 3, 30);
        learner.merge(copyOf(other));
        assertTrue(grantMb("b", "npm run build") >= 1000);
        assertEquals(32, grantMb("b", "ls"));
    }

    @Test
    void aDamagedDocumentIsRefusedWhole() throws IOException {
        seen("a", "pytest", 300, 3);
        String json = JSON.std.asString(learner.document());
        assertThrows(IllegalArgumentException.class, () -> KnowledgeDocument.read(Map.of("schema", "other")));
        assertThrows(IllegalArgumentException.class, () -> KnowledgeDocument.read(Map.of("schema", KnowledgeDocument.SCHEMA)));
        assertThrows(IllegalArgumentException.class,
                () -> KnowledgeDocument.read(JSON.std.mapFrom(json.replaceFirst("\"calls\":[0-9.]+", "\"calls\":-1"))));
        assertThrows(IllegalArgumentException.class, () -> KnowledgeDocument
                .read(JSON.std.mapFrom(json.replaceFirst("\"sizes\":\\[\"[^\"]+", "\"sizes\":[\"AAAAAAAAAAAAAAAAAAAAAA=="))));
    }

    @Test
    void manyThreadsPredictAndLearnAtOnce() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 300; i++) {
                    grantMb("s" + number, "pytest a" + i % 7);
                    seen("s" + i % 3, "make x" + i, 50 + i, 1);
                }
            });
            thread.setUncaughtExceptionHandler((which, failure) -> {
                synchronized (failures) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    private static Knowledge copyOf(DemandLearner learner) throws IOException {
        return KnowledgeDocument.read(JSON.std.mapFrom(JSON.std.asString(learner.document())));
    }
}
