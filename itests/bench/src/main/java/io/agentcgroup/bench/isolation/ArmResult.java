package io.agentcgroup.bench.isolation;

import io.agentcgroup.harness.Sample;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * All runs of one arm.
 *
 * @param unavailable why this machine cannot show it; then there are no runs
 */
record ArmResult(Arm arm, Optional<String> unavailable, List<RunResult> runs) {

    double survival() {
        return runs.stream().mapToDouble(RunResult::survival).average().orElse(0);
    }

    /** @return a value of each run that has it; empty if none has */
    Optional<Sample> sample(Function<RunResult, Double> value) {
        double[] values = runs.stream().map(value).filter(Objects::nonNull).mapToDouble(Double::doubleValue).toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(Sample.of(values));
    }

    long sum(Function<RunResult, Long> count) {
        return runs.stream().map(count).filter(Objects::nonNull).mapToLong(Long::longValue).sum();
    }
}
