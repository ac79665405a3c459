package io.agentcgroup.intent.learned.internal.model;

import java.util.Arrays;

/**
 * How likely each size of a burst is: a histogram over bytes on a logarithmic scale. Mutable, used by one thread while one
 * prediction is made.
 */
final class Density {

    /** Finer than a grant needs to be, coarse enough for a prediction of a few microseconds. */
    private static final double STEP = Math.log(1.03);
    /** Nobody is granted less, so what is below need not be told apart. */
    private static final long SMALLEST_BYTES = Prediction.FLOOR_BYTES;
    /** 3 % steps from 32 MB to 28 GB; what is larger counts as the largest. */
    static final int BINS = 230;
    private static final double LOG_SMALLEST = Math.log(SMALLEST_BYTES);

    private static final long[] BYTES = new long[BINS];

    static {
        for (int bin = 0; bin < BINS; bin++) {
            BYTES[bin] = Math.round(Math.exp(LOG_SMALLEST + bin * STEP));
        }
    }

    private final double[] mass = new double[BINS];

    /** A bell over the logarithm of bytes: what is assumed before anything was seen. */
    static Density logNormal(double medianBytes, double sigma, long aboveBytes) {
        Density density = new Density();
        for (int bin = 0; bin < BINS; bin++) {
            double distance = (LOG_SMALLEST + bin * STEP - Math.log(medianBytes)) / sigma;
            density.mass[bin] = bytes(bin) > aboveBytes ? Math.exp(-0.5 * distance * distance) : 0;
        }
        density.scaleTo(1);
        return density;
    }

    /** @return the upper edge of a bin */
    static long bytes(int bin) {
        return BYTES[bin];
    }

    /** @return the bin whose upper edge is the first at or above {@code bytes} */
    static int bin(double bytes) {
        return (int) Math.min(BINS - 1, Math.max(0, Math.ceil((Math.log(Math.max(bytes, 1)) - LOG_SMALLEST) / STEP - 1e-9)));
    }

    double at(int bin) {
        return mass[bin];
    }

    /**
     * Back-off: what was seen counts with its own weight, what this density said before as much as
     * {@code priorWeight} observations.
     *
     * @param unitBytes what a value of 1 in the sketch stands for
     */
    void mixIn(RecentSketch seen, double unitBytes, double priorWeight) {
        double weight = seen.weight();
        if (weight <= 0) {
            return;
        }
        double total = weight + priorWeight;
        for (int bin = 0; bin < BINS; bin++) {
            mass[bin] *= priorWeight / total;
        }
        seen.forEach((value, w) -> mass[bin(value * unitBytes)] += w / total);
    }

    /**
     * Lets a part of the mass run on upwards, falling off exponentially on the logarithmic scale, so that sizes beyond the
     * largest one seen stay possible.
     */
    void addTail(double part, double lengthLog) {
        double keep = Math.exp(-STEP / lengthLog);
        double moving = 0;
        for (int bin = 0; bin < BINS; bin++) {
            double own = mass[bin];
            moving = moving * keep + own * part * (1 - keep);
            mass[bin] = own * (1 - part) + moving;
        }
        scaleTo(1);
    }

    /** Forgets sizes up to {@code bytes}: they were not enough. */
    void cutUpTo(long bytes) {
        int last = Math.min(bin(bytes), BINS - 2);
        Arrays.fill(mass, 0, last + 1, 0);
        if (Arrays.stream(mass).sum() < 1e-9) {
            mass[Math.min(BINS - 1, bin(2.0 * bytes))] = 1;
        }
        scaleTo(1);
    }

    private void scaleTo(double sum) {
        double factor = sum / Arrays.stream(mass).sum();
        for (int bin = 0; bin < BINS; bin++) {
            mass[bin] *= factor;
        }
    }

    /** @return the smallest size that at least {@code rank} of the mass does not exceed */
    long quantileBytes(double rank) {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            sum += mass[bin];
            if (sum >= rank) {
                return bytes(bin);
            }
        }
        return bytes(BINS - 1);
    }
}
