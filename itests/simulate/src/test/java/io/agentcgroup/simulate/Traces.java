package io.agentcgroup.simulate;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs and hosts that can be worked out by hand. */
final class Traces {

    static final long MB = 1_000_000;
    /** Memory is there as soon as it is wanted, and calls cost nothing. */
    static final Machine QUICK = new Machine(1000 * MB, 0, 64, 1L << 50, 0);

    private Traces() {
    }

    /** An agent with 100 MB, and from second 1 to second 4 a call that has so much more from second 2 to its end. */
    static Trace oneBurst(long burstBytes) {
        long base = 100 * MB;
        return new Trace("burst", List.of(new Trace.Sample(0, base), new Trace.Sample(0.5, base), new Trace.Sample(2, base + burstBytes),
                new Trace.Sample(3, base + burstBytes), new Trace.Sample(5, base)), List.of(new Trace.Call(1, 4, "make")));
    }

    static Scenario scenario(String policy, Machine machine, int sessions, long burstBytes) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            members.add(new Member(new SessionName("s" + i), i == 0 ? Priority.HIGH : Priority.LOW, oneBurst(burstBytes)));
        }
        return new Scenario(policy, machine, Tier.CGROUP, members, Scale.NONE, 0, Map.of(), false);
    }
}
