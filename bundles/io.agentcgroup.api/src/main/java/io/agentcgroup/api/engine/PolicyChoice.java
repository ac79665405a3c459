package io.agentcgroup.api.engine;

import java.util.List;
import java.util.Optional;

/**
 * Who is to decide, and by whose word.
 *
 * @param policy the key of the policy that goes before all others; empty: the order is that of service rankings
 * @param source whose word that is
 * @param canRollBack whether there is an earlier choice to go back to
 * @param candidates the keys of the policies that are there, the first to be asked first
 */
public record PolicyChoice(Optional<String> policy, Source source, boolean canRollBack, List<String> candidates) {

    /** Whose word counts. */
    public enum Source {
        /** An operator said so, by {@link PolicySwitch}; it is kept over restarts. */
        OPERATOR,
        /** The engine's configuration. */
        CONFIGURATION,
        /** Nobody's: the highest service ranking. */
        RANKING
    }

    public PolicyChoice {
        candidates = List.copyOf(candidates);
    }

    /** @return who decides and by whose word, in one sentence for people; keys are as their plug-ins wrote them */
    public String inWords() {
        return switch (source) {
            case OPERATOR -> policy.orElse("") + " decides while it is there: an operator chose it";
            case CONFIGURATION -> policy.orElse("") + " decides while it is there: the engine's configuration says so";
            case RANKING -> "the highest service ranking decides";
        };
    }
}
