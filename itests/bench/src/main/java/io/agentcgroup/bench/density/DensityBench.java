package io.agentcgroup.bench.density;

import io.agentcgroup.bench.isolation.FreshMemory;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** The high session alone first, then each arm's search for as many sessions as it bears. */
final class DensityBench {

    /** Alone it is measured this often: all that follows is compared with it. */
    private static final int ALONE_RUNS = 3;

    private final Mix mix;
    private final Duration stepAtMost;
    private final int mostSessions;
    private final int tries;
    private final double bound;
    private final Consumer<String> progress;

    /**
     * @param stepAtMost what is not done by then is ended
     * @param tries a step that does not pass is done so often before it counts: one hiccup of the machine is no result
     * @param bound what the high session's P95 may be, in times of alone
     */
    DensityBench(Mix mix, Duration stepAtMost, int mostSessions, int tries, double bound, Consumer<String> progress) {
        this.mix = mix;
        this.stepAtMost = stepAtMost;
        this.mostSessions = mostSessions;
        this.tries = tries;
        this.bound = bound;
        this.progress = progress;
    }

    /**
     * An arm's steps.
     *
     * @param tier of the appliance; null without one
     * @param availableBytes of memory, before the first step
     * @param sessions the largest number that passed; null when the arm is not available
     */
    record ArmResult(Arm arm, String unavailable, String tier, Long availableBytes, Integer sessions, List<Step> steps) {

        /** @return the last passed step with that many sessions */
        Optional<Step> best() {
            return steps.stream().filter(step -> step.passed() && step.sessions() == sessions).findFirst();
        }
    }

    /** @param alone each run of the high session without anybody else */
    record Result(List<Step> alone, List<ArmResult> arms) {

        double yardstickMs() {
            return alone.stream().map(Step::highP95Ms).sorted().toList().get(alone.size() / 2);
        }
    }

    Result run(List<Arm> arms) throws IOException, InterruptedException {
        Result result = new Result(alone(), new ArrayList<>());
        for (Arm arm : arms) {
            Optional<String> unavailable = arm.unavailable();
            if (unavailable.isPresent()) {
                progress.accept("arm " + arm.name() + " is not available here: " + unavailable.get());
                result.arms().add(new ArmResult(arm, unavailable.get(), null, null, null, List.of()));
            } else {
                result.arms().add(search(arm, result.yardstickMs()));
            }
        }
        return result;
    }

    private List<Step> alone() throws IOException, InterruptedException {
        List<Step> all = new ArrayList<>();
        try (Scratch scratch = new Scratch(); Stage stage = ContainersArm.none().open(scratch.folder("a"))) {
            for (int run = 1; run <= ALONE_RUNS; run++) {
                Step step = new DensityRun(mix, stepAtMost, scratch.folder("w" + run)).run("alone" + run, 1, run, stage, null, bound);
                if (!step.passed()) {
                    throw new IOException("the high session does not get through alone: " + step.why() + ", "
                            + step.outcomes().get(0).told());
                }
                all.add(step);
                progress.accept(String.format(Locale.ROOT, "alone, run %d: P95 of a call %.1f ms, %.1f s in all; its trace takes %.1f s", run,
                        step.highP95Ms(), step.outcomes().get(0).completionS(), mix.high().durationS() / mix.scale().speed()));
            }
        }
        return all;
    }

    private ArmResult search(Arm arm, double aloneMs) throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        try (Scratch scratch = new Scratch(); Stage stage = arm.open(scratch.folder("a"))) {
            long availableBytes = FreshMemory.availableBytes();
            int sessions = Search.largest(mostSessions, wanted -> {
                Optional<String> refused = arm.refuses(mix, wanted);
                if (refused.isPresent()) {
                    return note(arm, steps, Step.refused(wanted, refused.get()));
                }
                boolean passed = false;
                for (int attempt = 1; attempt <= tries && !passed; attempt++) {
                    String name = "s" + wanted + (char) ('a' + attempt - 1);
                    passed = note(arm, steps, new DensityRun(mix, stepAtMost, scratch.folder(name))
                            .run(name, wanted, attempt, stage, aloneMs, bound));
                }
                return passed;
            });
            return new ArmResult(arm, null, stage.tier(), availableBytes, sessions, steps);
        }
    }

    private boolean note(Arm arm, List<Step> steps, Step step) {
        steps.add(step);
        progress.accept(String.format(Locale.ROOT, "%-9s %2d sessions: %s%s", arm.name(), step.sessions(),
                step.passed() ? "passed" : "NO: " + step.why(),
                step.highP95Ratio() == null ? "" : String.format(Locale.ROOT, " (high P95 %.2f times alone, %d killed, %d finished)",
                        step.highP95Ratio(), step.kills(), step.finished())));
        return step.passed();
    }
}
