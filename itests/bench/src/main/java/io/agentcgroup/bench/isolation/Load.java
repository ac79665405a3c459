package io.agentcgroup.bench.isolation;

import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Shape;
import io.agentcgroup.replay.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * The same in every arm: who runs, what they do, and how much there is for all of them.
 *
 * @param high what the session with high priority does
 * @param lows what each session with low priority does
 * @param totalBytes for all sessions together, but in the arm with memory for everybody
 * @param scale of all traces
 * @param shape as what they are replayed
 * @param declare whether each call declares its recorded peak
 * @param swap whether sessions may be swapped out
 */
record Load(Trace high, List<Trace> lows, long totalBytes, Scale scale, Shape shape, boolean declare, boolean swap) {

    /** One session. */
    record Member(String name, boolean isHigh, Trace trace) {

        String priority() {
            return isHigh ? "high" : "low";
        }
    }

    List<Member> members() {
        List<Member> members = new ArrayList<>(List.of(new Member("high", true, high)));
        for (int i = 0; i < lows.size(); i++) {
            members.add(new Member("low-" + (i + 1), false, lows.get(i)));
        }
        return members;
    }

    /** What they would need if all had their largest moment at once. */
    long demandBytes() {
        return members().stream().mapToLong(member -> member.trace().peakBytes() + scale.extraBytes()).sum();
    }

    /** How long the longest takes if nothing at all holds it up. */
    double longestS() {
        return members().stream().mapToDouble(member -> member.trace().durationS()).max().orElseThrow() / scale.speed();
    }
}
