package io.agentcgroup.intent.learned.internal.model;

/** A geometric mean, the recent more than the old. Durations differ by factors, so their logarithms are averaged. */
final class LogMean {

    /** Half the weight is of the last 23 calls: projects and hosts change within a day. */
    private static final double KEPT = 0.97;

    /** No call is shorter for this purpose: reserving memory for less costs nothing that can be measured. */
    private static final double SHORTEST_S = 0.05;

    double sum;
    double weight;

    void add(double value) {
        sum = sum * KEPT + Math.log(Math.max(value, SHORTEST_S));
        weight = weight * KEPT + 1;
    }

    /** @return the logarithm of the mean, {@code priorLog} counted as that many values */
    double logGiven(double priorLog, double priorWeight) {
        return (sum + priorWeight * priorLog) / (weight + priorWeight);
    }

    void merge(LogMean other) {
        sum += other.sum;
        weight += other.weight;
    }
}
