package io.agentcgroup.eval;

import io.agentcgroup.cli.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** An evaluation in words and as data. */
final class Report {

    private static final double MB = 1 << 20;
    private static final double[] COVERAGES = {0.97, 0.99};

    /** Cold start: the first run alone, then stretches that double. */
    private static final int[] STRETCHES = {0, 1, 5, 15, 35, 75, Integer.MAX_VALUE};

    private Report() {
    }

    static String text(Evaluation evaluation) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%d runs, %d shell calls judged, %d left out (fewer than two samples inside)%n%n",
                evaluation.runs().size(), evaluation.calls(), evaluation.callsLeftOut()));
        text.append("Online, in file order:\n").append(arms(evaluation.arms())).append('\n');
        text.append("Cold start, learned at the setting with 97 % coverage:\n").append(coldStart(evaluation.arms())).append('\n');
        text.append("By class, learned at its default setting:\n").append(classes(evaluation.arms())).append('\n');
        if (!evaluation.shuffled().isEmpty()) {
            text.append("Learned against the best online comparator, median (range) of ").append(evaluation.shuffled().size())
                    .append(" draws:\n").append(draws(evaluation));
        }
        return text.toString();
    }

    private static Table arms(List<Arm> arms) {
        Table table = new Table("ARM", "AT 97 %: WASTE", "SPILL MB", "KNOB", "AT 99 %: WASTE", "SPILL MB", "KNOB",
                "DEFAULT: COVERAGE", "WASTE", "SPILL MB");
        for (Arm arm : arms) {
            Optional<Arm.Point> low = arm.at(COVERAGES[0]);
            Optional<Arm.Point> high = arm.at(COVERAGES[1]);
            Score own = arm.score(arm.defaultIndex(), arm.judged());
            table.row(arm.name(), waste(low), spill(low), knob(low), waste(high), spill(high), knob(high),
                    number("%.1f %%", 100 * own.coverage()), number("%.2f", own.waste()), number("%.2f", own.spillBytes() / MB));
        }
        for (double coverage : COVERAGES) {
            Ratio ratio = Ratio.of(arms, coverage);
            if (ratio != null && ratio.coverage == COVERAGES[0]) {
                table.row("learned / " + ratio.comparator, number("%.2f", ratio.waste), number("%.2f", ratio.spill), "", "", "", "",
                        "", "", "");
            } else if (ratio != null) {
                table.row("learned / " + ratio.comparator, "", "", "", number("%.2f", ratio.waste), number("%.2f", ratio.spill), "",
                        "", "", "");
            }
        }
        return table;
    }

    private static Table coldStart(List<Arm> arms) {
        Table table = new Table("RUNS", "CALLS", "COVERAGE", "WASTE", "SPILL MB");
        for (Map<String, Object> stretch : stretches(arms.get(0))) {
            table.row(stretch.get("runs"), stretch.get("calls"), number("%.1f %%", 100 * (double) stretch.get("coverage")),
                    number("%.2f", (double) stretch.get("waste")), number("%.2f", ((Number) stretch.get("spill_bytes")).doubleValue() / MB));
        }
        return table;
    }

    private static Table classes(List<Arm> arms) {
        Arm learned = arms.get(0);
        Table table = new Table("CLASS", "CALLS", "COVERAGE", "WASTE", "SPILL MB");
        learned.byGroup(learned.defaultIndex()).forEach((name, score) -> table.row(name, score.calls(),
                number("%.1f %%", 100 * score.coverage()), number("%.2f", score.waste()), number("%.2f", score.spillBytes() / MB)));
        return table;
    }

    private static Table draws(Evaluation evaluation) {
        Table table = new Table("", "WASTE AT 97 %", "SPILL", "WASTE AT 99 %", "SPILL");
        table.row("random order, online", spread(evaluation.shuffled(), COVERAGES[0], r -> r.waste),
                spread(evaluation.shuffled(), COVERAGES[0], r -> r.spill),
                spread(evaluation.shuffled(), COVERAGES[1], r -> r.waste),
                spread(evaluation.shuffled(), COVERAGES[1], r -> r.spill));
        table.row("half the tasks learned, other half judged", spread(evaluation.halves(), COVERAGES[0], r -> r.waste),
                spread(evaluation.halves(), COVERAGES[0], r -> r.spill),
                spread(evaluation.halves(), COVERAGES[1], r -> r.waste),
                spread(evaluation.halves(), COVERAGES[1], r -> r.spill));
        return table;
    }

    private static String spread(List<List<Arm>> draws, double coverage, ToDoubleFunction<Ratio> figure) {
        double[] ratios = ratios(draws, coverage).stream().mapToDouble(figure).sorted().toArray();
        return ratios.length == 0 ? "-"
                : String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median(ratios), ratios[0], ratios[ratios.length - 1]);
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static List<Ratio> ratios(List<List<Arm>> draws, double coverage) {
        return draws.stream().map(arms -> Ratio.of(arms, coverage)).filter(ratio -> ratio != null).toList();
    }

    /**
     * Ours against the cheapest of the others that know nothing beforehand.
     *
     * @param comparator which one that is
     * @param waste ours by its
     * @param spill ours by its
     */
    record Ratio(double coverage, String comparator, double waste, double spill) {

        static Ratio of(List<Arm> arms, double coverage) {
            Optional<Arm.Point> ours = arms.get(0).at(coverage);
            Optional<Arm> best = arms.stream()
                    .filter(arm -> Evaluation.ONLINE_COMPARATORS.contains(arm.name()) && arm.at(coverage).isPresent())
                    .min(Comparator.comparingDouble(arm -> arm.at(coverage).orElseThrow().score().waste()));
            if (ours.isEmpty() || best.isEmpty()) {
                return null;
            }
            Score theirs = best.get().at(coverage).orElseThrow().score();
            return new Ratio(coverage, best.get().name(), ours.get().score().waste() / theirs.waste(),
                    ratio(ours.get().score().spillBytes(), theirs.spillBytes()));
        }

        /** Nothing spilled by either is a draw. */
        private static double ratio(double ours, double theirs) {
            return ours == theirs ? 1 : ours / theirs;
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("best_online_comparator", comparator);
            map.put("waste_ratio", waste);
            map.put("spill_ratio", spill);
            return map;
        }
    }

    private static String waste(Optional<Arm.Point> point) {
        return point.map(p -> number("%.2f", p.score().waste())).orElse("-");
    }

    private static String spill(Optional<Arm.Point> point) {
        return point.map(p -> number("%.2f", p.score().spillBytes() / MB)).orElse("-");
    }

    private static String knob(Optional<Arm.Point> point) {
        return point.map(p -> number("%.4g", p.knob())).orElse("-");
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    /** @return the document's own fields */
    static Map<String, Object> fields(Evaluation evaluation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", "none");
        fields.put("runs", evaluation.runs().size());
        fields.put("calls", evaluation.calls());
        fields.put("calls_left_out", evaluation.callsLeftOut());
        fields.put("arms", evaluation.arms().stream().map(arm -> arm(arm, true)).toList());
        fields.put("against_best_online", ratioFields(evaluation.arms()));
        fields.put("random_orders", evaluation.shuffled().stream().map(Report::draw).toList());
        fields.put("half_tasks_learned", evaluation.halves().stream().map(Report::draw).toList());
        return fields;
    }

    private static Map<String, Object> draw(List<Arm> arms) {
        Map<String, Object> draw = new LinkedHashMap<>(ratioFields(arms));
        draw.put("arms", arms.stream().map(arm -> arm(arm, false)).toList());
        return draw;
    }

    private static Map<String, Object> ratioFields(List<Arm> arms) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (double coverage : COVERAGES) {
            Ratio ratio = Ratio.of(arms, coverage);
            fields.put("at_" + Math.round(100 * coverage), ratio == null ? null : ratio.toMap());
        }
        return fields;
    }

    private static Map<String, Object> arm(Arm arm, boolean whole) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", arm.name());
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("knob", arm.knobs().get(arm.defaultIndex()));
        own.putAll(arm.score(arm.defaultIndex(), arm.judged()).toMap());
        fields.put("default", own);
        for (double coverage : COVERAGES) {
            fields.put("at_" + Math.round(100 * coverage), arm.at(coverage).map(Report::point).orElse(null));
        }
        if (whole) {
            fields.put("curve", arm.curve().stream().map(Report::point).toList());
            Map<String, Object> classes = new LinkedHashMap<>();
            arm.byGroup(arm.defaultIndex()).forEach((name, score) -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("calls", score.calls());
                one.putAll(score.toMap());
                classes.put(name, one);
            });
            fields.put("by_class", classes);
            fields.put("cold_start", stretches(arm));
        }
        return fields;
    }

    private static Map<String, Object> point(Arm.Point point) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("knob", point.knob());
        fields.putAll(point.score().toMap());
        return fields;
    }

    private static List<Map<String, Object>> stretches(Arm arm) {
        int knob = arm.at(COVERAGES[0]).map(Arm.Point::index).orElse(arm.defaultIndex());
        int runs = arm.judged().stream().mapToInt(Arm.Judged::runIndex).max().orElse(-1) + 1;
        List<Map<String, Object>> stretches = new ArrayList<>();
        for (int i = 0; i + 1 < STRETCHES.length && STRETCHES[i] < runs; i++) {
            int end = Math.min(STRETCHES[i + 1], runs);
            Score score = arm.ofRuns(STRETCHES[i], end, knob);
            if (score.calls() > 0) {
                Map<String, Object> stretch = new LinkedHashMap<>();
                stretch.put("runs", end == STRETCHES[i] + 1 ? "" + end : (STRETCHES[i] + 1) + "-" + end);
                stretch.put("calls", score.calls());
                stretch.putAll(score.toMap());
                stretches.add(stretch);
            }
        }
        return stretches;
    }
}
