package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Asks the providers. */
final class Intents {

    /** More notices than that help no agent. */
    private static final int MOST_NOTICES = 5;

    private final Guards<IntentProvider> providers;
    private final Fence fence;
    private final Fence learning;

    /** @param learning on whose threads providers are told how calls ended */
    Intents(Guards<IntentProvider> providers, Fence fence, Fence learning) {
        this.providers = providers;
        this.fence = fence;
        this.learning = learning;
    }

    Guards<IntentProvider> providers() {
        return providers;
    }

    /** @param take gets the answers, in ranking order, each as soon as it is there */
    void ask(Errand errand, ToolCall call, Consumer<Said> take) {
        for (Guarded<IntentProvider> provider : providers.all()) {
            if (provider.open()) {
                ask(errand, provider, call).ifPresent(take);
            }
        }
    }

    private Optional<Said> ask(Errand errand, Guarded<IntentProvider> provider, ToolCall call) {
        Optional<Optional<Said>> answer = errand.ask(provider, "say what a call needs", asked -> {
            provider.nameOnce(asked::name);
            Optional<Intent> intent = asked.intentFor(call);
            return intent == null ? null : intent.map(said -> new Said(said, asked.advisory()));
        });
        return answer.flatMap(said -> said).filter(said -> makesSense(provider, said.intent()));
    }

    /**
     * Tells all of an ended call, so that they learn. Nobody waits for it. One thread goes to them all; when it is lost to one, another
     * goes on with the next.
     */
    void tell(Outcome outcome) {
        tell(outcome, providers.all(), new AtomicInteger());
    }

    private void tell(Outcome outcome, List<Guarded<IntentProvider>> all, AtomicInteger next) {
        if (next.get() >= all.size()) {
            return;
        }
        learning.run(errand -> {
            for (int i = next.getAndIncrement(); i < all.size(); i = next.getAndIncrement()) {
                observe(errand, all.get(i), outcome);
            }
            return outcome;
        }, () -> outcome, forMs -> { }, told -> tell(outcome, all, next));
    }

    private static void observe(Errand errand, Guarded<IntentProvider> provider, Outcome outcome) {
        if (provider.open()) {
            errand.ask(provider, "learn from an outcome", asked -> {
                asked.observe(outcome);
                return outcome;
            });
        }
    }

    private boolean makesSense(Guarded<IntentProvider> provider, Intent intent) {
        boolean complete = intent.provider() != null && intent.reason() != null && intent.notices().size() <= MOST_NOTICES;
        if (!complete) {
            fence.fault(provider, "answered without name or reason, or with more than " + MOST_NOTICES + " notices", null);
        }
        return complete;
    }
}
