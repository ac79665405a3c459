package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.policy.AdmissionRequest;

/** What a call gets when no policy decides: enough for most commands, bounded for all. */
final class SafeGrant {

    static final String POLICY = "built-in";

    /** Most bursts of agents' commands stay below. */
    private static final long MEMORY_BYTES = 2L << 30;
    /** Room for a parallel build, an end for a fork bomb. */
    private static final long PIDS = 512;

    private SafeGrant() {
    }

    static Grant of(AdmissionRequest request) {
        long ceiling = request.session().ceilingBytes(request.state().host()).orElse(Long.MAX_VALUE);
        Limits limits = Limits.builder()
                .memoryMaxBytes(Math.min(MEMORY_BYTES, ceiling))
                .oomGroup(true)
                .pidsMax(Math.min(PIDS, request.session().session().pidsBudget().orElse(PIDS)))
                .build();
        return new Grant(limits, request.intent().placement().orElse(Placement.CALL), POLICY,
                "no policy decided, so the built-in limits hold");
    }
}
