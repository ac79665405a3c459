package io.agentcgroup.bench.isolation;

import io.agentcgroup.harness.Sample;
import java.util.List;

/**
 * How one session fared in one run.
 *
 * @param agentAlive whether its agent got to its end
 * @param callsFailed calls that did not exit with 0, or were never made
 * @param completionS from the common start to the agent's end; null if it did not get there
 * @param allocationsMs how long each allocation took, in the agent and in its calls
 * @param told the first lines that the agent got to read on stderr
 */
record SessionResult(Load.Member member, boolean agentAlive, int calls, int callsFailed, Double completionS,
        List<Double> allocationsMs, List<String> told) {

    /** All its work was done. A call that was killed is work that was not. */
    boolean survived() {
        return agentAlive && callsFailed == 0;
    }

    /** @return null if it allocated nothing */
    Double allocationMs(double percent) {
        return allocationsMs.isEmpty() ? null
                : Sample.of(allocationsMs.stream().mapToDouble(Double::doubleValue).toArray()).percentile(percent);
    }
}
