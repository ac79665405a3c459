package io.agentcgroup.replay;

import java.util.List;

/**
 * One recorded run of an agent: {@code agent-trace/v1}.
 *
 * @param name the file it was read from, without its endings
 * @param samples what the whole container used, by time; at least two
 * @param calls the shell calls, by the time of their start; other tools run inside the agent
 */
public record Trace(String name, List<Sample> samples, List<Call> calls) {

    /**
     * What the container used at a moment.
     *
     * @param atS seconds on the run's clock
     * @param bytes of memory
     */
    public record Sample(double atS, long bytes) {
    }

    /**
     * One shell call.
     *
     * @param startS seconds on the run's clock, not before the first sample
     * @param endS after the start
     * @param command its first 400 characters
     */
    public record Call(double startS, double endS, String command) {

        boolean covers(double atS) {
            return startS <= atS && atS <= endS;
        }
    }

    public double startS() {
        return samples.get(0).atS();
    }

    public double endS() {
        return samples.get(samples.size() - 1).atS();
    }

    public double durationS() {
        return endS() - startS();
    }

    public long peakBytes() {
        return samples.stream().mapToLong(Sample::bytes).max().orElseThrow();
    }
}
