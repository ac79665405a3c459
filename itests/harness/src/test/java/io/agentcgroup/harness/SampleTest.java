package io.agentcgroup.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertEquals(2.5, Sample.of(4, 1, 3, 2).median());
    }

    @Test
    void percentilesStayInsideWhatWasMeasured() {
        Sample sample = Sample.of(DoubleStream.iterate(1, x -> x + 1).limit(100).toArray());
        assertEquals(99, sample.percentile(99), 1);
        assertEquals(100, sample.percentile(100));
    }

    @Test
    void theIntervalHoldsTheTrueMedianAboutAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(7);
        int trials = 200;
        int held = 0;
        for (int i = 0; i < trials; i++) {
            // Exponential, as skewed as times of processes are; its median is ln 2.
            Sample sample = Sample.of(DoubleStream.generate(() -> -Math.log(1 - random.nextDouble())).limit(100).toArray());
            Sample.Interval interval = sample.medianInterval();
            held += interval.low() <= Math.log(2) && Math.log(2) <= interval.high() ? 1 : 0;
        }
        // 95 % of 200, less four standard deviations of that count.
        assertTrue(held >= 178, held + " of " + trials);
    }

    @Test
    void whatDisturbsBothArmsOfARoundCancelsOut() {
        SplittableRandom random = new SplittableRandom(11);
        double[] base = random.doubles(200, 0, 100).toArray();
        Sample slower = Sample.of(DoubleStream.of(base).map(x -> x + 3).toArray());
        Sample.Interval added = slower.addedMedianInterval(Sample.of(base));
        assertEquals(3, added.low(), 1e-9);
        assertEquals(3, added.high(), 1e-9);
    }

    @Test
    void armsOfDifferentLengthWereNotMeasuredInTheSameRounds() {
        assertThrows(IllegalArgumentException.class, () -> Sample.of(1, 2).addedMedianInterval(Sample.of(1)));
    }

    @Test
    void nothingMeasuredIsAnError() {
        assertThrows(IllegalArgumentException.class, Sample::of);
    }
}
