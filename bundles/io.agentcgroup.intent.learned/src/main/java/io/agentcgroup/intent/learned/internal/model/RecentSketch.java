package io.agentcgroup.intent.learned.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.QuantilesFloatsSketchIterator;

/**
 * The distribution of one quantity, the recent more than the old: two KLL sketches, of which the younger takes what comes
 * until it is full and then replaces the elder, which counts half. Not thread-safe.
 *
 * @see <a href="https://datasketches.apache.org/docs/KLL/KLLSketch.html">KLL sketches</a>
 */
final class RecentSketch {

    /** Takes one retained value and how many observations it stands for. */
    interface Consumer {
        void accept(double value, double weight);
    }

    /** Observations in one generation: long enough for a P99, short enough to follow a project as it grows. */
    static final int GENERATION = 256;

    /**
     * KLL's accuracy parameter for classes, of which there are some hundred: a generation fits in without loss. 2.5 KB for
     * both generations.
     */
    static final int EXACT_K = GENERATION;

    /**
     * The same for signatures, of which there are thousands: the first 64 values exactly, and few ever have more; ranks to
     * 2.6 % after that. 0.4 KB to begin with, 1.2 KB for both generations.
     */
    static final int SMALL_K = 64;

    /** What an observation of the elder generation still counts. */
    private static final double ELDER_WEIGHT = 0.5;

    private final int k;
    private KllFloatsSketch younger;
    private KllFloatsSketch elder;

    RecentSketch(int k) {
        this.k = k;
    }

    void add(double value) {
        if (younger == null) {
            younger = KllFloatsSketch.newHeapInstance(k);
        } else if (younger.getN() >= GENERATION) {
            elder = younger;
            younger = KllFloatsSketch.newHeapInstance(k);
        }
        younger.update((float) value);
    }

    /** @return how many observations it speaks for, the elder ones discounted */
    double weight() {
        return count(younger) + ELDER_WEIGHT * count(elder);
    }

    private static long count(KllFloatsSketch sketch) {
        return sketch == null ? 0 : sketch.getN();
    }

    void forEach(Consumer consumer) {
        forEach(younger, 1, consumer);
        forEach(elder, ELDER_WEIGHT, consumer);
    }

    private static void forEach(KllFloatsSketch sketch, double factor, Consumer consumer) {
        if (sketch != null) {
            QuantilesFloatsSketchIterator values = sketch.iterator();
            while (values.next()) {
                consumer.accept(values.getQuantile(), factor * values.getWeight());
            }
        }
    }

    /** @return a quantile of the younger generation, or of the elder while the younger is small; 0 if nothing was seen */
    double quantile(double rank) {
        KllFloatsSketch sketch = count(younger) >= Math.min(8, count(elder)) ? younger : elder;
        return sketch == null || sketch.isEmpty() ? 0 : sketch.getQuantile(rank);
    }

    /** Takes over what another host has seen. */
    void merge(RecentSketch other) {
        younger = merged(younger, other.younger);
        elder = merged(elder, other.elder);
    }

    private KllFloatsSketch merged(KllFloatsSketch mine, KllFloatsSketch others) {
        if (others == null) {
            return mine;
        }
        KllFloatsSketch sum = mine == null ? KllFloatsSketch.newHeapInstance(k) : mine;
        sum.merge(others);
        return sum;
    }

    /** @return the generations in DataSketches' own portable format, younger first; empty arrays for absent ones */
    List<byte[]> toBytes() {
        List<byte[]> result = new ArrayList<>();
        result.add(younger == null ? new byte[0] : younger.toByteArray());
        result.add(elder == null ? new byte[0] : elder.toByteArray());
        return result;
    }

    /** @throws RuntimeException if the bytes are no such sketches */
    static RecentSketch fromBytes(int k, byte[] younger, byte[] elder) {
        RecentSketch result = new RecentSketch(k);
        result.younger = younger.length == 0 ? null : KllFloatsSketch.heapify(Memory.wrap(younger));
        result.elder = elder.length == 0 ? null : KllFloatsSketch.heapify(Memory.wrap(elder));
        return result;
    }
}
