package io.agentcgroup.harness;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Measured values and what may be said of them. Medians and high percentiles, because times of processes have long tails
 * and a mean says nothing about them; intervals by the bootstrap, because their distribution is nobody's.
 */
public final class Sample {

    /** The usual number for percentile intervals: more changes only the third digit of a bound. */
    private static final int RESAMPLES = 2_000;

    /** How sure the intervals are. */
    public static final double CONFIDENCE = 0.95;

    /** Fixed, so that the same data give the same interval. */
    private static final long SEED = 20260101;

    // Hyndman and Fan's definition 8, the one they recommend: median-unbiased whatever the distribution.
    private static final Quantile QUANTILE = Quantile.withDefaults().with(Quantile.EstimationMethod.HF8);

    private final double[] values;

    private Sample(double[] values) {
        this.values = values;
    }

    /** @throws IllegalArgumentException if there are none */
    public static Sample of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Sample(values.clone());
    }

    /** A range that holds the true value with probability {@link #CONFIDENCE}. */
    public record Interval(double low, double high) {
    }

    public int size() {
        return values.length;
    }

    /** @return the values in the order in which they were measured */
    public List<Double> values() {
        return Arrays.stream(values).boxed().toList();
    }

    /** @return the values as data, one digit after the point: less than a tenth of a microsecond no clock here resolves */
    public List<Double> tenths() {
        return Arrays.stream(values).mapToObj(value -> Math.round(value * 10) / 10.0).toList();
    }

    public double median() {
        return percentile(50);
    }

    /** @param percent 0 to 100 */
    public double percentile(double percent) {
        return QUANTILE.evaluate(values, percent / 100);
    }

    public Interval medianInterval() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] medians = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            medians[i] = median(pick(values, rounds(random, values.length)));
        }
        return interval(medians);
    }

    /**
     * The interval of {@code median(this) - median(base)} where the n-th value of both was measured in the same round:
     * whole rounds are drawn, so what disturbed both arms at once cancels out.
     *
     * @throws IllegalArgumentException if the two are not of the same size
     */
    public Interval addedMedianInterval(Sample base) {
        if (base.values.length != values.length) {
            throw new IllegalArgumentException(values.length + " rounds against " + base.values.length);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] differences = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            int[] rounds = rounds(random, values.length);
            differences[i] = median(pick(values, rounds)) - median(pick(base.values, rounds));
        }
        return interval(differences);
    }

    private static int[] rounds(SplittableRandom random, int count) {
        return random.ints(count, 0, count).toArray();
    }

    private static double[] pick(double[] from, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> from[i]).toArray();
    }

    private static double median(double[] picked) {
        return QUANTILE.evaluate(picked, 0.5);
    }

    private static Interval interval(double[] statistics) {
        double tail = (1 - CONFIDENCE) / 2;
        double[] bounds = QUANTILE.evaluate(statistics, tail, 1 - tail);
        return new Interval(bounds[0], bounds[1]);
    }
}
