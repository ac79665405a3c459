package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.PolicyState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks the policy, and answers itself when there is none or when it makes no sense. */
final class Admission {

    /** Less does not even start a shell: whoever grants it has slipped a unit. */
    static final long LEAST_MEMORY_BYTES = 4L << 20;

    private final Supplier<Optional<AdaptivePolicy>> policy;
    private final Faults faults;

    Admission(Supplier<Optional<AdaptivePolicy>> policy, Faults faults) {
        this.policy = policy;
        this.faults = faults;
    }

    Grant admit(AdmissionRequest request) {
        return policy.get().flatMap(p -> ask(p, request)).orElseGet(() -> SafeGrant.of(request));
    }

    /** @return what the policy wants done; nothing when it fails */
    List<Action> react(Pressure pressure, PolicyState state) {
        Optional<AdaptivePolicy> asked = policy.get();
        if (asked.isEmpty()) {
            return List.of();
        }
        try {
            return List.copyOf(asked.get().react(pressure, state));
        } catch (RuntimeException e) {
            faults.report("policy-fault", name(asked.get()), "could not react to pressure; nothing is done", e);
            return List.of();
        }
    }

    private Optional<Grant> ask(AdaptivePolicy asked, AdmissionRequest request) {
        try {
            Grant grant = asked.admit(request);
            String nonsense = nonsense(grant);
            if (nonsense.isEmpty()) {
                return Optional.of(grant);
            }
            faults.report("policy-fault", name(asked), nonsense + "; the safe default decides", null);
        } catch (RuntimeException e) {
            faults.report("policy-fault", name(asked), "could not decide; the safe default does", e);
        }
        return Optional.empty();
    }

    private static String name(AdaptivePolicy asked) {
        return "policy " + asked.getClass().getName();
    }

    private static String nonsense(Grant grant) {
        if (grant == null || grant.limits() == null || grant.placement() == null) {
            return "granted null";
        }
        Limits limits = grant.limits();
        if (limits.memoryMaxBytes().orElse(Limits.UNLIMITED) < LEAST_MEMORY_BYTES) {
            return "granted " + limits.memoryMaxBytes().getAsLong() + " bytes of memory, in which nothing runs";
        }
        if (limits.pidsMax().orElse(1) < 1) {
            return "granted no process";
        }
        return Objects.isNull(grant.policy()) || Objects.isNull(grant.reason()) ? "granted without name or reason" : "";
    }
}
