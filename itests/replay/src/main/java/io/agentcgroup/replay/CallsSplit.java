package io.agentcgroup.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * A run's memory, divided between the agent and its shell calls. What was used just before a call began (or the first of
 * several that overlap) is the agent's, and stays so while calls run; what is more then belongs to the call that started
 * last. When none runs, everything is the agent's.
 *
 * @param baseBytes what the agent has before the first sample outside of calls
 * @param steps of the agent, by time
 * @param bursts of the calls, in the order of {@link Trace#calls}
 */
public record CallsSplit(long baseBytes, List<Step> steps, List<Burst> bursts) {

    /** What the agent does, in the order in which things are done that happen at once. */
    public enum What { END, HOLD, START }

    /**
     * @param atS seconds on the run's clock
     * @param bytes what it holds from then on; only for HOLD
     * @param call the call's place in the trace; only for START and END
     */
    public record Step(double atS, What what, long bytes, int call) {
    }

    /** What a call takes beside the agent, by time; at most as long as the call. */
    public record Burst(Trace.Call call, List<Trace.Sample> samples) {

        public long peakBytes() {
            return samples.stream().mapToLong(Trace.Sample::bytes).max().orElse(0);
        }
    }

    public static CallsSplit of(Trace trace) {
        List<Step> steps = new ArrayList<>();
        List<Burst> bursts = new ArrayList<>();
        for (int i = 0; i < trace.calls().size(); i++) {
            Trace.Call call = trace.calls().get(i);
            steps.add(new Step(call.startS(), What.START, 0, i));
            steps.add(new Step(call.endS(), What.END, 0, i));
            bursts.add(new Burst(call, new ArrayList<>()));
        }
        long base = trace.samples().get(0).bytes();
        for (Trace.Sample sample : trace.samples()) {
            OptionalInt running = lastStarted(trace.calls(), sample.atS());
            if (running.isEmpty()) {
                base = sample.bytes();
                steps.add(new Step(sample.atS(), What.HOLD, base, 0));
            } else {
                bursts.get(running.getAsInt()).samples().add(new Trace.Sample(sample.atS(), Math.max(0, sample.bytes() - base)));
            }
        }
        steps.sort(Comparator.comparingDouble(Step::atS).thenComparing(Step::what));
        return new CallsSplit(trace.samples().get(0).bytes(), List.copyOf(steps), bursts);
    }

    private static OptionalInt lastStarted(List<Trace.Call> calls, double atS) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (calls.get(i).covers(atS)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }
}
