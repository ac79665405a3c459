package io.agentcgroup.bench.density;

import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The same in every arm: who runs beside whom, and what they do.
 *
 * @param high what the one session with high priority does
 * @param lows what the others do, in turn
 * @param scale of all traces
 * @param declare whether each call declares its recorded peak
 * @param stagger between the starts of two sessions: agents do not begin at one stroke
 */
record Mix(Trace high, List<Trace> lows, Scale scale, boolean declare, Duration stagger) {

    /** A replayed agent and the call that it makes are a few small processes, with page tables for what they hold. */
    private static final long PROCESSES_BYTES = 16L << 20;

    /** @param step part of the sessions' names */
    List<Member> members(String step, int sessions) {
        List<Member> members = new ArrayList<>(List.of(member(step + "-high", true, high)));
        for (int i = 1; i < sessions; i++) {
            members.add(member(step + "-low" + i, false, lows.get((i - 1) % lows.size())));
        }
        return members;
    }

    private Member member(String name, boolean isHigh, Trace trace) {
        return new Member(name, isHigh, trace, trace.peakBytes() + scale.extraBytes() + PROCESSES_BYTES);
    }

    /** @return what so many sessions need if all have their largest moment at once */
    long peaksBytes(int sessions) {
        return members("", sessions).stream().mapToLong(Member::limitBytes).sum();
    }

    /** How long the longest takes if nothing at all holds it up. */
    double longestS() {
        double lows = this.lows.stream().mapToDouble(Trace::durationS).max().orElse(0);
        return Math.max(high.durationS(), lows) / scale.speed();
    }
}
