package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks the providers and puts their answers together: each part from the first that says it. */
final class Intents {

    private static final String MERGED = "merged";

    private final Supplier<List<IntentProvider>> providers;
    private final Faults faults;

    Intents(Supplier<List<IntentProvider>> providers, Faults faults) {
        this.providers = providers;
        this.faults = faults;
    }

    /** @return the answers, in ranking order */
    List<Intent> of(ToolCall call) {
        List<Intent> answers = new ArrayList<>();
        for (IntentProvider provider : providers.get()) {
            ask(provider, call).ifPresent(answers::add);
        }
        return answers;
    }

    private Optional<Intent> ask(IntentProvider provider, ToolCall call) {
        try {
            Optional<Intent> answer = provider.intentFor(call);
            if (answer != null) {
                return answer;
            }
            faults.report("provider-fault", name(provider), "answered null", null);
        } catch (RuntimeException e) {
            faults.report("provider-fault", name(provider), "could not say what a call needs", e);
        }
        return Optional.empty();
    }

    private static String name(IntentProvider provider) {
        return "intent provider " + provider.getClass().getName();
    }

    static Intent merge(List<Intent> answers) {
        Intent.Builder merged = Intent.from(MERGED);
        first(answers, intent -> intent.memoryBytes().isPresent())
                .ifPresent(intent -> merged.memoryBytes(intent.memoryBytes().getAsLong()).reason(intent.reason())
                        .confidence(intent.confidence()));
        first(answers, intent -> intent.cpuCores().isPresent())
                .ifPresent(intent -> merged.cpuCores(intent.cpuCores().getAsDouble()));
        first(answers, intent -> intent.duration().isPresent()).ifPresent(intent -> merged.duration(intent.duration().get()));
        first(answers, intent -> intent.placement().isPresent()).ifPresent(intent -> merged.placement(intent.placement().get()));
        first(answers, intent -> intent.pidsMax().isPresent()).ifPresent(intent -> merged.pidsMax(intent.pidsMax().getAsLong()));
        if (first(answers, intent -> intent.memoryBytes().isPresent()).isEmpty()) {
            merged.reason(answers.stream().map(Intent::reason).collect(Collectors.joining("; "))).confidence(0);
        }
        return merged.notices(answers.stream().flatMap(intent -> intent.notices().stream()).toList()).build();
    }

    private static Optional<Intent> first(List<Intent> answers, Predicate<Intent> says) {
        return answers.stream().filter(says).findFirst();
    }
}
