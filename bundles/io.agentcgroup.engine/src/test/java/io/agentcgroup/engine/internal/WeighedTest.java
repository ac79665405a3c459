package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Intent;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Declarations are advice, which counts as far as it has proved right. */
class WeighedTest {

    private static final long MIB = 1L << 20;

    private final Trust trust = new Trust();

    @Test
    void eachPartComesFromTheFirstThatSaysIt() {
        Intent first = Intent.from("a").cpuCores(2).notices(List.of("n1")).reason("ra").build();
        Intent second = Intent.from("b").memoryBytes(5).cpuCores(9).confidence(0.7).reason("rb").notices(List.of("n2")).build();
        Intent merged = Weighed.of(List.of(new Said(first, false), new Said(second, false)), trust).merged();
        assertEquals(OptionalDouble.of(2), merged.cpuCores());
        assertEquals(OptionalLong.of(5), merged.memoryBytes());
        assertEquals("rb", merged.reason());
        assertEquals(0.7, merged.confidence());
        assertEquals(List.of("n1", "n2"), merged.notices());
    }

    @Test
    void nobodyKnowingIsAnAnswer() {
        Weighed weighed = Weighed.of(List.of(), trust);
        assertEquals(OptionalLong.empty(), weighed.merged().memoryBytes());
        assertEquals(0, weighed.merged().confidence());
        assertEquals(OptionalDouble.empty(), weighed.trust());
    }

    @Test
    void withNobodyElseKnowingADeclarationCounts() {
        assertEquals(500 * MIB, memory(declared(500)));
    }

    @Test
    void whoAlwaysSaysHighDoesNotWin() {
        for (int i = 0; i < 8; i++) {
            trust.learn(4096 * MIB, 100 * MIB, false);
        }
        assertTrue(trust.value() < 0.2, "trust " + trust.value());
        assertTrue(memory(declared(4096)) < 200 * MIB, "by habit");
        assertTrue(memory(declared(4096), learned(150, 0.8)) < 200 * MIB);
    }

    @Test
    void whoSaysLowAndNeedsMoreIsCorrected() {
        assertTrue(memory(declared(50), learned(1000, 0.9)) >= 900 * MIB, "earlier calls say otherwise");
        for (int i = 0; i < 6; i++) {
            trust.learn(100 * MIB, 400 * MIB, false);
        }
        assertTrue(memory(declared(100)) > 300 * MIB, "so does this session's own habit");
    }

    @Test
    void whoWasRightIsBelievedAgainstWhatWasLearned() {
        for (int i = 0; i < 12; i++) {
            trust.learn(1000 * MIB, 900 * MIB, false);
        }
        assertTrue(trust.value() > 0.9);
        assertTrue(memory(declared(1000), learned(200, 0.8)) > 800 * MIB);
    }

    @Test
    void whatAnOperatorRankedHigherIsNotTouched() {
        assertEquals(300 * MIB, memory(learned(300, 1), declared(2000)));
    }

    @Test
    void aCallThatDiedOfItsLimitNeededMore() {
        trust.learn(100 * MIB, 100 * MIB, false);
        double before = trust.value();
        trust.learn(100 * MIB, 100 * MIB, true);
        assertTrue(trust.value() < before + 0.05);
        trust.learn(100 * MIB, 100 * MIB, true);
        trust.learn(100 * MIB, 100 * MIB, true);
        assertTrue(trust.correction() > 1.1, "correction " + trust.correction());
    }

    @Test
    void smallCallsSayNothingAboutLargeDeclarationsOfSmallCalls() {
        trust.learn(64 * MIB, 3 * MIB, false);
        assertTrue(trust.value() > 0.5);
    }

    @Test
    void whatWasLearnedComesBackAfterARestart() {
        for (int i = 0; i < 5; i++) {
            trust.learn(4096 * MIB, 100 * MIB, false);
        }
        Trust back = new Trust();
        back.read(trust.write());
        assertEquals(trust.value(), back.value(), 1e-9);
        assertEquals(trust.correction(), back.correction(), 1e-9);
    }

    @Test
    void eachStepIsSaidInWords() {
        Weighed weighed = Weighed.of(List.of(declared(4096), learned(256, 0.8)), trust);
        assertEquals(3, weighed.steps().size(), weighed.steps()::toString);
        assertTrue(weighed.steps().get(0).startsWith("declared says 4 GiB"), weighed.steps()::toString);
        assertTrue(weighed.steps().get(2).contains("counts 50 % (trust in this session's declarations 0.50)"), weighed.steps()::toString);
        assertEquals(OptionalDouble.of(0.5), weighed.trust());
    }

    private long memory(Said... said) {
        return Weighed.of(List.of(said), trust).merged().memoryBytes().orElseThrow();
    }

    private static Said declared(long mib) {
        return new Said(Intent.from("declared").memoryBytes(mib * MIB).confidence(0.9).reason("declared: memory:" + mib + "m").build(), true);
    }

    private static Said learned(long mib, double confidence) {
        return new Said(Intent.from("learned").memoryBytes(mib * MIB).confidence(confidence).reason("7 earlier calls").build(), false);
    }
}
