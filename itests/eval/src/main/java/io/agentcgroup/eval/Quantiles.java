package io.agentcgroup.eval;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** All values seen so far, sorted: the exact quantiles, at whatever memory they take. */
final class Quantiles {

    /** What is granted while nothing was seen: half of what an agent's container is usually given. */
    static final double COLD_BYTES = 512 << 20;

    private double[] values = new double[16];
    private int count;

    int count() {
        return count;
    }

    void add(double value) {
        int at = Arrays.binarySearch(values, 0, count, value);
        at = at < 0 ? -at - 1 : at;
        double[] target = count == values.length ? Arrays.copyOf(values, 2 * count) : values;
        System.arraycopy(values, at, target, at + 1, count - at);
        target[at] = value;
        values = target;
        count++;
    }

    /** @return knob to bytes, of what was seen until now; see {@link Knobs#ranks()} */
    DoubleUnaryOperator now() {
        if (count == 0) {
            return knob -> COLD_BYTES;
        }
        double[] seen = Arrays.copyOf(values, count);
        return knob -> knob > 1 ? knob * seen[seen.length - 1]
                : seen[Math.min(seen.length - 1, Math.max(0, (int) Math.ceil(knob * seen.length - 1e-9) - 1))];
    }
}
