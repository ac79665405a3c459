package io.agentcgroup.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What one predictor granted: for every call and every value of the knob.
 *
 * @param name the predictor's
 * @param knobs the values tried
 * @param defaultIndex which of them is the predictor's own choice
 * @param judged the calls, in order
 */
record Arm(String name, List<Double> knobs, int defaultIndex, List<Judged> judged) {

    /**
     * A call and what it was granted before it began.
     *
     * @param runIndex how many runs came before
     * @param group what the report breaks figures down by
     * @param grantsBytes for each value of the knob
     */
    record Judged(int runIndex, String group, Run.Call call, double[] grantsBytes) {
    }

    /**
     * A value of the knob and how it did.
     *
     * @param index of the knob's value
     */
    record Point(int index, double knob, Score score) {
    }

    Score score(int knobIndex, List<Judged> of) {
        Score score = new Score();
        of.forEach(one -> score.add(one.grantsBytes[knobIndex], one.call));
        return score;
    }

    List<Point> curve() {
        return IntStream.range(0, knobs.size()).mapToObj(i -> new Point(i, knobs.get(i), score(i, judged))).toList();
    }

    /** @return the cheapest point of the curve that covers at least that share of the calls */
    Optional<Point> at(double coverage) {
        return cheapest(curve(), coverage, point -> point.score().waste());
    }

    static Optional<Point> cheapest(List<Point> curve, double coverage, ToDoubleFunction<Point> cost) {
        return curve.stream().filter(point -> point.score().coverage() >= coverage).min(Comparator.comparingDouble(cost));
    }

    Map<String, Score> byGroup(int knobIndex) {
        Map<String, Score> scores = new TreeMap<>();
        judged.forEach(one -> scores.computeIfAbsent(one.group, group -> new Score()).add(one.grantsBytes[knobIndex], one.call));
        return scores;
    }

    Score ofRuns(int from, int to, int knobIndex) {
        return score(knobIndex, judged.stream().filter(one -> one.runIndex >= from && one.runIndex < to).toList());
    }

    /** @return both arms' calls in one; their knobs must be the same */
    static Arm joined(List<Arm> parts) {
        List<Judged> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.judged));
        Arm first = parts.get(0);
        return new Arm(first.name, first.knobs, first.defaultIndex, all);
    }
}
