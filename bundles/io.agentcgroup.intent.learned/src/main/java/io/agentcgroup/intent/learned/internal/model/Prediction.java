package io.agentcgroup.intent.learned.internal.model;

import io.agentcgroup.intent.learned.internal.command.Signature;
import java.util.OptionalDouble;

/**
 * What is expected of a call.
 *
 * <p>Memory is described in two parts, because that is how tool calls behave: most stay below {@link #FLOOR_BYTES} whatever
 * they are; some <em>burst</em>, and then the size of the burst is what differs.
 */
public final class Prediction {

    /** Nobody gets less; a shell with a small program needs about that. */
    public static final long FLOOR_BYTES = 32L << 20;

    /**
     * What a megabyte over the grant adds to the price of a miss, as a part of it: a miss by 1 GB costs twice a near miss.
     * Without it, the cheapest thing to do with rare giants would be to ignore them.
     */
    private static final double SPILL_PRICE_PER_MB = 0.001;

    private static final double MB = 1 << 20;

    private final Signature signature;
    private final double burstChance;
    private final Density burst;
    private final double seconds;
    private final OptionalDouble cores;
    private final double evidence;
    private final String basis;

    Prediction(Signature signature, double burstChance, Density burst, double seconds, OptionalDouble cores, double evidence,
            String basis) {
        this.signature = signature;
        this.burstChance = burstChance;
        this.burst = burst;
        this.seconds = seconds;
        this.cores = cores;
        this.evidence = evidence;
        this.basis = basis;
    }

    /**
     * The memory that costs least to grant: too much is held for nothing as long as the call runs, too little makes it miss.
     * Holding is counted in megabyte-seconds over the expected duration, and so is the price of a miss. (The newsvendor's
     * rule: grant the quantile at which one more megabyte costs as much as the misses that it prevents.)
     *
     * @param missPriceMbSeconds how many megabyte-seconds a call that outgrows its grant is worth
     * @return never below {@link #FLOOR_BYTES}
     */
    public long grantBytes(double missPriceMbSeconds) {
        double[] missAbove = new double[Density.BINS];
        double[] spillAboveMb = new double[Density.BINS];
        for (int bin = Density.BINS - 2; bin >= 0; bin--) {
            missAbove[bin] = missAbove[bin + 1] + burst.at(bin + 1);
            double stepMb = (Density.bytes(bin + 1) - Density.bytes(bin)) / MB;
            spillAboveMb[bin] = spillAboveMb[bin + 1] + missAbove[bin] * stepMb;
        }
        int cheapest = 0;
        double least = Double.MAX_VALUE;
        for (int bin = 0; bin < Density.BINS; bin++) {
            double cost = Density.bytes(bin) / MB * seconds
                    + missPriceMbSeconds * burstChance * (missAbove[bin] + SPILL_PRICE_PER_MB * spillAboveMb[bin]);
            if (cost < least) {
                least = cost;
                cheapest = bin;
            }
        }
        return Density.bytes(cheapest);
    }

    /**
     * How far to trust this: falls with few calls, with the spread of the burst's size, and where it is a toss-up whether
     * there is a burst at all.
     *
     * @return 0 to 1
     */
    public double confidence() {
        double known = evidence / (evidence + 4);
        double spread = Math.log((double) burst.quantileBytes(0.95) / burst.quantileBytes(0.5));
        double doubt = burstChance * (1 - burstChance) * 4;
        return known * (1 - 0.5 * doubt) / (1 + burstChance * spread);
    }

    /** @return the size of a burst that is not exceeded in {@code rank} of all bursts */
    public long burstBytes(double rank) {
        return burst.quantileBytes(rank);
    }

    /** @return how likely the call takes more than {@link #FLOOR_BYTES} */
    public double burstChance() {
        return burstChance;
    }

    /** @return how long it will run */
    public double seconds() {
        return seconds;
    }

    /** @return CPUs' worth of time that nine of ten such calls did not exceed */
    public OptionalDouble cores() {
        return cores;
    }

    /** @return what the command was recognised as */
    public Signature signature() {
        return signature;
    }

    /** @return how many earlier calls speak for this */
    public double evidence() {
        return evidence;
    }

    /** @return for people: which earlier calls the size is taken from */
    public String basis() {
        return basis;
    }
}
