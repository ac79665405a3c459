package io.agentcgroup.bench.swap;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;

/** An ordinary policy; each jar of it has another name. */
public final class SwappedPolicy implements AdaptivePolicy {

    static final String PREFIX = "swap-";

    private static final long MEMORY_BYTES = 1L << 30;
    private static final int PIDS = 256;

    private final String name = BundleJar.word(SwappedPolicy.class);

    @Override
    public String name() {
        return name;
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        Limits limits = Limits.builder().memoryMaxBytes(MEMORY_BYTES).oomGroup(true).pidsMax(PIDS).build();
        return Decision.admit(new Grant(limits, Placement.CALL, name, "the same for all"));
    }
}
