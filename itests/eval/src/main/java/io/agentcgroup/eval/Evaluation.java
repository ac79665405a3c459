package io.agentcgroup.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All that is measured on a set of runs.
 *
 * @param runs in file order
 * @param arms each predictor, online, in file order
 * @param shuffled the same in random orders of the tasks: how much of the result is the order
 * @param halves each predictor, learned on one half of the tasks and judged, still learning, on the other
 */
record Evaluation(List<Run> runs, List<Arm> arms, List<List<Arm>> shuffled, List<List<Arm>> halves) {

    /** The arms that know nothing beforehand and are not ours. */
    static final Set<String> ONLINE_COMPARATORS = Set.of("global", "per-program", "vpa");

    private static final List<Supplier<Predictor>> PREDICTORS = List.of(Learned::new, SessionPeak::new, GlobalQuantile::new,
            PerProgramQuantile::new, DecayingHistogram::new);

    static Evaluation of(List<Run> runs, int orders, long seed) {
        Replay replay = new Replay();
        List<List<Arm>> shuffled = new ArrayList<>();
        List<List<Arm>> halves = new ArrayList<>();
        for (int i = 0; i < orders; i++) {
            List<String> tasks = shuffledTasks(runs, seed + i);
            shuffled.add(arms(replay, byTask(runs, tasks), 0));
            halves.add(bothWays(replay, runs, tasks));
        }
        return new Evaluation(runs, arms(replay, runs, 0), shuffled, halves);
    }

    private static List<Arm> arms(Replay replay, List<Run> runs, int notJudged) {
        return PREDICTORS.stream().map(predictor -> replay.run(predictor.get(), runs, notJudged)).toList();
    }

    /** Each half is judged once, so that every call is in the figures once. */
    private static List<Arm> bothWays(Replay replay, List<Run> runs, List<String> tasks) {
        List<Run> first = byTask(runs, tasks.subList(0, tasks.size() / 2));
        List<Run> second = byTask(runs, tasks.subList(tasks.size() / 2, tasks.size()));
        List<Arm> there = arms(replay, concat(first, second), first.size());
        List<Arm> back = arms(replay, concat(second, first), second.size());
        List<Arm> joined = new ArrayList<>();
        for (int i = 0; i < there.size(); i++) {
            joined.add(Arm.joined(List.of(there.get(i), back.get(i))));
        }
        return joined;
    }

    private static List<Run> concat(List<Run> first, List<Run> second) {
        List<Run> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static List<String> shuffledTasks(List<Run> runs, long seed) {
        Set<String> tasks = new LinkedHashSet<>();
        runs.forEach(run -> tasks.add(run.task()));
        List<String> order = new ArrayList<>(tasks);
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    /** Runs of one task stay together: a task is either learned from or judged. */
    private static List<Run> byTask(List<Run> runs, List<String> tasks) {
        Map<String, List<Run>> byTask = new LinkedHashMap<>();
        tasks.forEach(task -> byTask.put(task, new ArrayList<>()));
        runs.forEach(run -> byTask.getOrDefault(run.task(), new ArrayList<>()).add(run));
        return byTask.values().stream().flatMap(List::stream).toList();
    }

    int calls() {
        return runs.stream().mapToInt(run -> run.calls().size()).sum();
    }

    int callsLeftOut() {
        return runs.stream().mapToInt(Run::leftOut).sum();
    }
}
