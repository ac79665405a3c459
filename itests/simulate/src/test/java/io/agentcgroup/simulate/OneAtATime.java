package io.agentcgroup.simulate;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import java.time.Duration;

/** A policy with which everything can be worked out by hand: one call runs, all others wait. */
public final class OneAtATime implements AdaptivePolicy {

    @Override
    public String name() {
        return "one-at-a-time";
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        Grant grant = new Grant(Limits.builder().oomGroup(true).build(), Placement.CALL, name(), "it is its turn");
        boolean somebodyRuns = request.state().sessions().stream().anyMatch(session -> !session.calls().isEmpty());
        return somebodyRuns && !request.timeIsUp() ? new Decision.Wait(grant, grant, Duration.ofSeconds(100), "another one runs") : Decision.admit(grant);
    }
}
