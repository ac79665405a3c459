package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;

/**
 * Values counted in buckets, sixteen a doubling: {@code struct acg_histogram}. What it says of a value is at most 3.2 % off.
 *
 * @param count how many
 * @param sum of all
 * @param max the largest
 * @param buckets how many in each; not to be changed
 */
public record HistogramEntry(long count, long sum, long max, long[] buckets) {

    private static final int SUB_BITS = 4;
    private static final int SUB = 1 << SUB_BITS;
    private static final int TOP_BIT = 36;
    /** How many buckets there are, {@code ACG_HIST_BUCKETS}. */
    public static final int BUCKETS = (TOP_BIT - SUB_BITS + 2) * SUB;

    public static final BpfCodec<HistogramEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return Long.BYTES * (4 + BUCKETS);
        }

        @Override
        public void write(HistogramEntry value, ByteBuffer to) {
            to.putLong(value.count).putLong(value.sum).putLong(value.max).putLong(0);
            for (long bucket : value.buckets) {
                to.putLong(bucket);
            }
        }

        @Override
        public HistogramEntry read(ByteBuffer from) {
            long count = from.getLong();
            long sum = from.getLong();
            long max = from.getLong();
            from.getLong();
            long[] buckets = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                buckets[i] = from.getLong();
            }
            return new HistogramEntry(count, sum, max, buckets);
        }
    };

    /** @return nothing counted */
    public static HistogramEntry empty() {
        return new HistogramEntry(0, 0, 0, new long[BUCKETS]);
    }

    /** @return what was counted since {@code earlier}, which was read from the same histogram; its maximum is that of all time */
    public HistogramEntry since(HistogramEntry earlier) {
        long[] more = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            more[i] = buckets[i] - earlier.buckets[i];
        }
        return new HistogramEntry(count - earlier.count, sum - earlier.sum, max, more);
    }

    /**
     * @param percent 0 to 100
     * @return the value that so many percent are not above; empty when nothing was counted
     */
    public OptionalDouble percentile(double percent) {
        long all = 0;
        for (long bucket : buckets) {
            all += bucket;
        }
        long rank = Math.max(1, (long) Math.ceil(all * percent / 100));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += buckets[i];
            if (seen >= rank) {
                return OptionalDouble.of(middle(i));
            }
        }
        return OptionalDouble.empty();
    }

    /** @return the value in the middle of a bucket */
    public static double middle(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int shift = bucket / SUB - 1;
        return ((long) (SUB + bucket % SUB) << shift) + ((1L << shift) - 1) / 2.0;
    }
}
