package io.agentcgroup.simulate;

import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.replay.Scale;
import java.util.List;
import java.util.Map;

/**
 * One configuration.
 *
 * @param policy by name: {@code none} and {@code static} are hosts without AgentCgroup
 * @param members who runs, in the order of their starts; the first is the one whose calls are judged
 * @param staggerNs between two starts
 * @param settings other than shipped, by PID and property
 * @param declare whether agents say what their calls need
 */
record Scenario(String policy, Machine machine, Tier tier, List<Member> members, Scale scale, long staggerNs,
        Map<String, Map<String, String>> settings, boolean declare) {

    static final String NONE = "none";
    static final String STATIC = "static";

    /** A replayed agent and its calls are small processes with page tables. */
    static final long PROCESSES_BYTES = 16L << 20;

    Scenario {
        members = List.copyOf(members);
    }

    /** @return the judged session with nobody beside it and memory for everything */
    Scenario alone() {
        long needed = members.get(0).trace().peakBytes() + scale.extraBytes() + PROCESSES_BYTES;
        return new Scenario(NONE, machine.withMemory(2 * needed + machine.systemBytes()), tier, members.subList(0, 1), scale, 0, Map.of(), false);
    }

    /** @return what the session needs at most */
    long peakBytes(Member member) {
        return member.trace().peakBytes() + scale.extraBytes() + PROCESSES_BYTES;
    }

    long peaksBytes() {
        return members.stream().mapToLong(this::peakBytes).sum();
    }
}
