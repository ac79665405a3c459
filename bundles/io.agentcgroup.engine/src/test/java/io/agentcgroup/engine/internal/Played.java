package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Plug-ins that the test plays. */
final class Played {

    private Played() {
    }

    static AdaptivePolicy policy(String name, Function<AdmissionRequest, Decision> answer,
            BiFunction<Pressure, PolicyState, List<Action>> reaction) {
        return new AdaptivePolicy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Decision admit(AdmissionRequest request) {
                return answer.apply(request);
            }

            @Override
            public List<Action> react(Pressure pressure, PolicyState state) {
                return reaction.apply(pressure, state);
            }
        };
    }

    static IntentProvider provider(Function<ToolCall, Optional<Intent>> answer) {
        return new IntentProvider() {
            @Override
            public String name() {
                return "p";
            }

            @Override
            public Optional<Intent> intentFor(ToolCall call) {
                return answer.apply(call);
            }
        };
    }
}
