package io.agentcgroup.api.bpf.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramEntryTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 15, 16, 17, 100, 4_095, 4_096, 2_000_000, 500_000_000, 100_000_000_000L})
    void aPercentileIsOffByLessThanABucketIsWide(long value) {
        HistogramEntry histogram = HistogramEntry.empty();
        histogram.buckets()[bucket(value)] = 5;
        double told = histogram.percentile(99).orElseThrow();
        assertTrue(Math.abs(told - value) <= Math.max(0.5, value * 0.032), value + " is told as " + told);
    }

    @Test
    void percentilesFollowTheOrderOfTheBuckets() {
        HistogramEntry histogram = HistogramEntry.empty();
        histogram.buckets()[3] = 98;
        histogram.buckets()[9] = 2;
        assertEquals(OptionalDouble.of(3), histogram.percentile(50));
        assertEquals(OptionalDouble.of(3), histogram.percentile(98));
        assertEquals(OptionalDouble.of(9), histogram.percentile(99));
    }

    @Test
    void nothingCountedHasNoPercentile() {
        assertEquals(OptionalDouble.empty(), HistogramEntry.empty().percentile(50));
    }

    /** As acg_hist_bucket() of maps.bpf.h. */
    private static int bucket(long value) {
        if (value < 16) {
            return (int) value;
        }
        int top = 63 - Long.numberOfLeadingZeros(value);
        return (top - 3) * 16 + (int) (value >> top - 4 & 15);
    }
}
