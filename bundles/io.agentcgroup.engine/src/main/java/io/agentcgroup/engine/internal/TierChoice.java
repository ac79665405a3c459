package io.agentcgroup.engine.internal;

import io.agentcgroup.api.enforce.Tier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The operator's word on tiers. */
final class TierChoice {

    private static final String AUTO = "auto";

    private TierChoice() {
    }

    /**
     * @return the strongest tier that may be used; empty for whatever the host gives
     * @throws IllegalArgumentException if there is no such tier
     */
    static Optional<Tier> of(String word) {
        String wanted = word.strip();
        if (wanted.isEmpty() || wanted.equals(AUTO)) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(Tier.values()).filter(tier -> tier.label().equals(wanted)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("tier is " + AUTO + ", " + Arrays.stream(Tier.values())
                        .map(Tier::label).collect(Collectors.joining(", ")) + ", not \"" + word + "\"")));
    }
}
