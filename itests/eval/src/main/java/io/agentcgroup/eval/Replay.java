package io.agentcgroup.eval;

import io.agentcgroup.intent.learned.internal.command.SignatureReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.DoubleUnaryOperator;

/**
 * Runs recorded calls past a predictor in the order in which they happened. A call's outcome is told when the call is over,
 * not before: where calls overlap, the second is predicted without the first one's outcome.
 */
final class Replay {

    private final Map<String, String> classes = new HashMap<>();

    /**
     * @param runs one after the other, as if the host ran one agent at a time
     * @param notJudged the first that many runs are only learned from
     */
    Arm run(Predictor predictor, List<Run> runs, int notJudged) {
        List<Double> knobs = new ArrayList<>(predictor.knobs());
        if (!knobs.contains(predictor.defaultKnob())) {
            knobs.add(predictor.defaultKnob());
            knobs.sort(Comparator.naturalOrder());
        }
        List<Arm.Judged> judged = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            boolean judging = i >= notJudged;
            for (Arm.Judged one : replay(predictor, runs.get(i), i - notJudged, knobs)) {
                if (judging) {
                    judged.add(one);
                }
            }
        }
        return new Arm(predictor.name(), List.copyOf(knobs), knobs.indexOf(predictor.defaultKnob()), judged);
    }

    private List<Arm.Judged> replay(Predictor predictor, Run run, int runIndex, List<Double> knobs) {
        List<Arm.Judged> judged = new ArrayList<>();
        PriorityQueue<Run.Call> running = new PriorityQueue<>(Comparator.comparingDouble(Run.Call::endS));
        for (Run.Call call : run.calls()) {
            while (!running.isEmpty() && running.peek().endS() <= call.startS()) {
                predictor.observe(run, running.poll());
            }
            DoubleUnaryOperator grant = predictor.grantFor(run, call);
            double[] grants = knobs.stream().mapToDouble(grant::applyAsDouble).toArray();
            judged.add(new Arm.Judged(runIndex, classOf(call.command()), call, grants));
            running.add(call);
        }
        while (!running.isEmpty()) {
            predictor.observe(run, running.poll());
        }
        return judged;
    }

    private String classOf(String command) {
        return classes.computeIfAbsent(command, c -> SignatureReader.read(c).commandClass().name().toLowerCase().replace('_', '-'));
    }
}
