package io.agentcgroup.eval;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * As Kubernetes' Vertical Pod Autoscaler recommends memory: buckets that start at 10 MB and grow by 5 %, weights that halve
 * in 24 hours, a percentile, and a margin of 15 %. Agents stand for the replicas of one container. The clock runs through
 * the runs one after the other.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler">its recommender: histogram
 *      options, MemoryHistogramDecayHalfLife, RecommendationMarginFraction</a>
 */
final class DecayingHistogram implements Predictor {

    private static final double FIRST_BUCKET_BYTES = 1e7;
    private static final double GROWTH = 1.05;
    /** 176 buckets reach a terabyte, as the original's do. */
    private static final int BUCKETS = 176;
    private static final double HALF_LIFE_S = 24 * 3600;
    private static final double MARGIN = 1.15;

    private final double[] weights = new double[BUCKETS];
    private double runStartedS;
    private double latestS;
    private Run current;

    @Override
    public String name() {
        return "vpa";
    }

    @Override
    public List<Double> knobs() {
        return Knobs.ranks();
    }

    /** The original's target percentile. */
    @Override
    public double defaultKnob() {
        return 0.9;
    }

    @Override
    public DoubleUnaryOperator grantFor(Run run, Run.Call call) {
        double[] now = weights.clone();
        double sum = Arrays.stream(now).sum();
        return sum == 0 ? knob -> Quantiles.COLD_BYTES
                : knob -> MARGIN * Math.max(1, knob) * bucketEnd(bucketAt(now, Math.min(1, knob) * sum));
    }

    private static int bucketAt(double[] weights, double rank) {
        double sum = 0;
        int last = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (weights[bucket] > 0) {
                last = bucket;
                sum += weights[bucket];
                if (sum >= rank * (1 - 1e-12)) {
                    return bucket;
                }
            }
        }
        return last;
    }

    private static double bucketEnd(int bucket) {
        return FIRST_BUCKET_BYTES * (Math.pow(GROWTH, bucket + 1) - 1) / (GROWTH - 1);
    }

    @Override
    public void observe(Run run, Run.Call call) {
        if (run != current) {
            current = run;
            runStartedS = latestS;
        }
        latestS = Math.max(latestS, runStartedS + call.endS());
        int bucket = 0;
        while (bucket < BUCKETS - 1 && bucketEnd(bucket) < call.peakBytes()) {
            bucket++;
        }
        weights[bucket] += Math.pow(2, latestS / HALF_LIFE_S);
    }
}
