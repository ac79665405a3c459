package io.agentcgroup.bench.isolation;

import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs all arms, one run of each in turn, so that whatever the machine does meanwhile does it to all of them. */
final class IsolationBench {

    private final Load load;
    private final List<Arm> arms;
    private final Duration runAtMost;
    private final Consumer<String> progress;

    IsolationBench(Load load, List<Arm> arms, Duration runAtMost, Consumer<String> progress) {
        this.load = load;
        this.arms = arms;
        this.runAtMost = runAtMost;
        this.progress = progress;
    }

    List<ArmResult> run(int runs) throws IOException, InterruptedException {
        Map<Arm, Optional<String>> unavailable = new LinkedHashMap<>();
        Map<Arm, List<RunResult>> results = new LinkedHashMap<>();
        for (Arm arm : arms) {
            unavailable.put(arm, arm.unavailable());
            unavailable.get(arm).ifPresent(why -> progress.accept("arm " + arm.name() + " is not available here: " + why));
            results.put(arm, new ArrayList<>());
        }
        int done = 0;
        for (int run = 1; run <= runs; run++) {
            List<Arm> available = new ArrayList<>(arms.stream().filter(arm -> unavailable.get(arm).isEmpty()).toList());
            // The arms take turns in going first.
            Collections.rotate(available, 1 - run);
            for (Arm arm : available) {
                done++;
                try {
                    RunResult result = run(arm, run);
                    results.get(arm).add(result);
                    progress.accept(String.format(Locale.ROOT, "%3d of %d  %s", done, runs * available.size(), line(result)));
                } catch (UnavailableException e) {
                    progress.accept("arm " + arm.name() + " is not available here: " + e.getMessage());
                    unavailable.put(arm, Optional.of(e.getMessage()));
                }
            }
        }
        return arms.stream().map(arm -> new ArmResult(arm, unavailable.get(arm), results.get(arm))).toList();
    }

    private RunResult run(Arm arm, int number) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            Path files = scratch.folder("w");
            try (Stage stage = arm.open(scratch.folder("a"))) {
                return new IsolationRun(load, runAtMost, files).run(arm, number, stage);
            }
        }
    }

    private static String line(RunResult result) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-9s run %d:", result.arm(), result.run()));
        for (SessionResult session : result.sessions()) {
            line.append(' ').append(session.member().name()).append(' ').append(session.survived()
                    ? String.format(Locale.ROOT, "%.2f s,", session.completionS())
                    : session.agentAlive() ? "lost " + session.callsFailed() + " of its calls," : "DEAD,");
        }
        Double p95 = result.high().allocationMs(95);
        line.append(String.format(Locale.ROOT, " high P95 %s, %d oom kills", p95 == null ? "-" : String.format(Locale.ROOT, "%.2f ms", p95),
                result.evidence().oomKills()));
        return line.append(result.timedOut() ? ", ENDED: its time was up" : "").toString();
    }
}
