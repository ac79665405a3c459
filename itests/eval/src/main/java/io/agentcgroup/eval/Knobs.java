package io.agentcgroup.eval;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Values to sweep. */
final class Knobs {

    private Knobs() {
    }

    /** @return values that grow by the same factor, both ends included */
    static List<Double> geometric(double from, double to, int count) {
        return IntStream.range(0, count).mapToObj(i -> from * Math.pow(to / from, i / (count - 1.0))).toList();
    }

    /**
     * For predictors that grant a quantile of what was seen. Up to 1 the knob is the rank, the steps finer towards the tail;
     * above 1 it multiplies the largest value seen, so that every predictor can be made as safe as one likes.
     */
    static List<Double> ranks() {
        List<Double> tail = geometric(0.5, 0.0005, 60).stream().map(missed -> 1 - missed).toList();
        return Stream.of(tail, geometric(1, 8, 25)).flatMap(List::stream).toList();
    }
}
