package io.agentcgroup.intent.rules.internal;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.PrintableText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Rules that belong together. Of a compound command the most demanding part counts: its parts run one after the other, or share the
 * memory of a pipe's largest member.
 *
 * @param origin where they stand, for people
 */
record RuleSet(String origin, RuleFinder rules) {

    RuleSet(String origin, List<Rule> rules) {
        this(origin, new RuleFinder(rules));
    }

    /** A rule speaks of commands like this one, not of this one. */
    private static final double CONFIDENCE = 0.5;
    private static final int SHOWN_CHARS = 40;
    private static final int MATCHES_SHOWN = 3;

    private record Match(Rule rule, String command) {

        String reason() {
            String[] words = command.split(" ", 3);
            String shown = words.length > 1 ? words[0] + " " + words[1] : words[0];
            return "\"" + PrintableText.escape(shown, SHOWN_CHARS) + "\" by line " + rule.line();
        }
    }

    Optional<Intent> intentFor(String provider, String commandLine) {
        List<Match> matches = new ArrayList<>();
        for (String command : SimpleCommands.of(commandLine)) {
            rules.find(command).ifPresent(rule -> matches.add(new Match(rule, command)));
        }
        return matches.isEmpty() ? Optional.empty() : Optional.of(merged(provider, matches));
    }

    private Intent merged(String provider, List<Match> matches) {
        Intent.Builder intent = Intent.from(provider).confidence(CONFIDENCE).reason("rules: "
                + matches.stream().limit(MATCHES_SHOWN).map(Match::reason).collect(Collectors.joining(", ")) + " of " + origin);
        matches.stream().flatMapToLong(m -> m.rule().memoryBytes().stream()).max().ifPresent(intent::memoryBytes);
        matches.stream().flatMapToDouble(m -> m.rule().cpuCores().stream()).max().ifPresent(intent::cpuCores);
        matches.stream().flatMap(m -> m.rule().duration().stream()).max(Duration::compareTo).ifPresent(intent::duration);
        matches.stream().flatMapToLong(m -> m.rule().pidsMax().stream()).max().ifPresent(intent::pidsMax);
        // A service is what stays: the last part of `cd x && npx server`.
        Optional<Placement> last = matches.get(matches.size() - 1).rule().placement();
        last.ifPresent(intent::placement);
        return intent.build();
    }
}
