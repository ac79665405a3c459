package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the policy, believes nothing that makes no sense, and answers itself when there is none. */
final class Admission {

    /** Less does not even start a shell: whoever grants it has slipped a unit. */
    static final long LEAST_MEMORY_BYTES = 4L << 20;
    /** More than that at once is no reaction but a flood. */
    static final int MOST_ACTIONS = 1_000;

    private final Guards<AdaptivePolicy> policies;
    private final Fence fence;

    Admission(Guards<AdaptivePolicy> policies, Fence fence) {
        this.policies = policies;
        this.fence = fence;
    }

    Guards<AdaptivePolicy> policies() {
        return policies;
    }

    /** Asks the policies that have not said yet what they are called: whoever looks wants to know before a call comes. Never blocks. */
    void introduce() {
        for (Guarded<AdaptivePolicy> policy : policies.all()) {
            if (policy.open() && !policy.isNamed()) {
                fence.run(errand -> errand.ask(policy, "say what it is called", asked -> policy.nameOnce(asked::name)), Optional::empty,
                        forMs -> { }, name -> { });
            }
        }
    }

    Decision admit(Errand errand, AdmissionRequest request) {
        return policies.first().flatMap(policy -> admit(errand, policy, request)).orElseGet(() -> Decision.admit(SafeGrant.of(request)));
    }

    private Optional<Decision> admit(Errand errand, Guarded<AdaptivePolicy> policy, AdmissionRequest request) {
        Optional<Decision> decision = errand.ask(policy, "decide about a call", asked -> {
            policy.nameOnce(asked::name);
            return asked.admit(request);
        });
        return decision.filter(answer -> {
            String nonsense = nonsense(answer);
            if (!nonsense.isEmpty()) {
                fence.fault(policy, nonsense + "; the safe default decides", null);
            }
            return nonsense.isEmpty();
        });
    }

    /** What one policy wants done; those that it cannot want are left out. */
    record Reaction(String policy, List<Action> actions) {
        static final Reaction NONE = new Reaction("", List.of());
    }

    Reaction react(Errand errand, Pressure pressure, PolicyState state) {
        return policies.first().map(policy -> react(errand, policy, pressure, state)).orElse(Reaction.NONE);
    }

    private Reaction react(Errand errand, Guarded<AdaptivePolicy> policy, Pressure pressure, PolicyState state) {
        // Its name is plug-in code too, and so is its list.
        return errand.ask(policy, "react to pressure", asked -> {
            String name = policy.nameOnce(asked::name);
            List<Action> wanted = asked.react(pressure, state);
            if (wanted.size() > MOST_ACTIONS) {
                throw new IllegalArgumentException("it wants " + wanted.size() + " actions at once");
            }
            return new Reaction(name, new ArrayList<>(wanted));
        }).map(reaction -> sensible(policy, reaction, state)).orElse(Reaction.NONE);
    }

    private Reaction sensible(Guarded<AdaptivePolicy> policy, Reaction reaction, PolicyState state) {
        Set<CallId> running = state.sessions().stream().flatMap(session -> session.calls().stream()).map(call -> call.id())
                .collect(Collectors.toSet());
        List<Action> sensible = new ArrayList<>();
        for (Action action : reaction.actions()) {
            String nonsense = nonsense(action, running);
            if (nonsense.isEmpty()) {
                sensible.add(action);
            } else {
                fence.fault(policy, nonsense, null);
            }
        }
        return new Reaction(reaction.policy(), sensible);
    }

    private static String nonsense(Action action, Set<CallId> running) {
        if (action == null || action.call() == null || action.reason() == null) {
            return "wants something without a call or a reason";
        }
        if (!running.contains(action.call())) {
            return "wants something done to a call that it was not told of";
        }
        return possible(action) ? "" : "wants " + action.getClass().getSimpleName() + " with a value that makes no sense";
    }

    private static boolean possible(Action action) {
        if (action instanceof Action.SoftLimit soft) {
            return soft.highBytes() >= 0 && positive(soft.atMost());
        } else if (action instanceof Action.Delay delay) {
            return positive(delay.atMost());
        } else if (action instanceof Action.Freeze freeze) {
            return positive(freeze.atMost());
        } else if (action instanceof Action.Reclaim reclaim) {
            return reclaim.bytes() > 0;
        } else if (action instanceof Action.Tell tell) {
            return tell.text() != null;
        } else if (action instanceof Action.SetLimits set) {
            return set.limits() != null && nonsense(set.limits()).isEmpty();
        }
        return true;
    }

    private static boolean positive(Duration bound) {
        return bound != null && !bound.isNegative() && !bound.isZero();
    }

    private static String nonsense(Decision decision) {
        if (decision instanceof Decision.Wait wait) {
            if (!positive(wait.atMost()) || wait.reason() == null) {
                return "lets a call wait without a bound or a reason";
            }
            String wanted = nonsense(wait.wanted());
            return wanted.isEmpty() ? nonsense(wait.otherwise()) : wanted;
        }
        return nonsense(((Decision.Admit) decision).grant());
    }

    private static String nonsense(Grant grant) {
        if (grant == null || grant.limits() == null || grant.placement() == null) {
            return "granted null";
        }
        String limits = nonsense(grant.limits());
        if (!limits.isEmpty()) {
            return limits;
        }
        if (grant.expectedBytes() == null || grant.expectedBytes().orElse(0) < 0) {
            return "expects a negative amount of memory";
        }
        return grant.policy() == null || grant.reason() == null ? "granted without name or reason" : "";
    }

    private static String nonsense(Limits limits) {
        if (limits.memoryMaxBytes().orElse(Limits.UNLIMITED) < LEAST_MEMORY_BYTES) {
            return "granted " + limits.memoryMaxBytes().getAsLong() + " bytes of memory, in which nothing runs";
        }
        return limits.pidsMax().orElse(1) < 1 ? "granted no process" : "";
    }
}
