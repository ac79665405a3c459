package io.agentcgroup.intent.learned.internal.model;

/**
 * How often something happens, the recent more than the old. Not thread-safe.
 *
 * <p>Backing off is the usual Beta prior: {@link #given} counts what is known from a more general level as that many
 * observations.
 */
final class Chance {

    /** Above that many observations all are halved: half the memory is of the last 256. */
    private static final double MOST = 512;

    double times;
    double hits;

    void add(boolean hit) {
        if (times >= MOST) {
            times /= 2;
            hits /= 2;
        }
        times++;
        hits += hit ? 1 : 0;
    }

    double given(double prior, double priorWeight) {
        return (hits + priorWeight * prior) / (times + priorWeight);
    }

    void merge(Chance other) {
        times += other.times;
        hits += other.hits;
    }
}
