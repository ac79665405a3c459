package io.agentcgroup.policy.graduated.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.CallState.Phase;
import io.agentcgroup.api.policy.HostState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** States to decide on, in few words. */
final class Moments {

    static final long MIB = 1L << 20;
    static final long NOW_NS = 1_000_000_000_000L;

    private Moments() {
    }

    static Session session(String name, Priority priority, long budgetMib) {
        return new Session(new SessionName(name), priority, 0, 0, budgetMib == 0 ? OptionalLong.empty() : OptionalLong.of(budgetMib * MIB),
                OptionalLong.of(1_000), LeftoverPolicy.DEFAULT, Instant.EPOCH);
    }

    static SessionState state(Session session, CallState... calls) {
        long used = Arrays.stream(calls).mapToLong(call -> call.memoryBytes().orElse(0)).sum();
        return new SessionState(session, OptionalLong.of(used), 0, 0, List.of(calls));
    }

    /** With an agent and servers beside the calls. */
    static SessionState state(Session session, long standingMib, CallState... calls) {
        SessionState of = state(session, calls);
        return new SessionState(session, OptionalLong.of(of.memoryBytes().getAsLong() + standingMib * MIB), 0, 0, OptionalLong.of(standingMib * MIB),
                List.of(calls));
    }

    static CallState call(String id, long usedMib, long growthMibPerS, Standing standing) {
        return call(id, usedMib, growthMibPerS, standing, Limits.NONE, OptionalLong.empty());
    }

    static CallState call(String id, long usedMib, long growthMibPerS, Standing standing, Limits limits, OptionalLong expectedBytes) {
        return new CallState(new CallId(id), new Grant(limits, Placement.CALL, expectedBytes, "graduated", ""), NOW_NS - 1_000_000_000L,
                OptionalLong.of(usedMib * MIB), usedMib * MIB, growthMibPerS * MIB, standing, Phase.RUNS);
    }

    static PolicyState host(long budgetMib, SessionState... sessions) {
        return host(budgetMib, 0, Tier.CGROUP, sessions);
    }

    static PolicyState host(long budgetMib, long swapMib, Tier tier, SessionState... sessions) {
        long used = Arrays.stream(sessions).mapToLong(session -> session.memoryBytes().orElse(0)).sum();
        HostState host = new HostState(OptionalLong.of(budgetMib * MIB), OptionalLong.of(used), 0, OptionalLong.empty(), swapMib * MIB, tier);
        return new PolicyState(host, List.of(sessions), List.of(), NOW_NS);
    }

    static AdmissionRequest arrival(PolicyState state, String session, Intent intent) {
        SessionName name = new SessionName(session);
        ToolCall call = new ToolCall(new CallId("new"), name, ToolCall.Kind.SHELL, "bash", "true", false, "/", Optional.empty(), 0, 1,
                Instant.EPOCH, 0);
        return new AdmissionRequest(call, intent, List.of(), state.session(name).orElseThrow(), state, Duration.ZERO, false);
    }

    static Intent memory(long mib) {
        return Intent.from("merged").memoryBytes(mib * MIB).reason("a test").build();
    }
}
