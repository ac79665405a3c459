package io.agentcgroup.intent.rules.internal;

import io.agentcgroup.api.Intent;
import io.agentcgroup.api.PrintableText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /** The agent waits for it: plain loops, which need no compiler to be quick. */
    private Intent merged(String provider, List<Match> matches) {
        Intent.Builder intent = Intent.from(provider).confidence(CONFIDENCE).reason(reason(matches));
        long memory = -1;
        double cores = -1;
        long pids = -1;
        Duration longest = null;
        for (Match match : matches) {
            Rule rule = match.rule();
            memory = Math.max(memory, rule.memoryBytes().orElse(-1));
            cores = Math.max(cores, rule.cpuCores().orElse(-1));
            pids = Math.max(pids, rule.pidsMax().orElse(-1));
            if (rule.duration().isPresent() && (longest == null || longest.compareTo(rule.duration().get()) < 0)) {
                longest = rule.duration().get();
            }
        }
        if (memory >= 0) {
            intent.memoryBytes(memory);
        }
        if (cores >= 0) {
            intent.cpuCores(cores);
        }
        if (longest != null) {
            intent.duration(longest);
        }
        if (pids >= 0) {
            intent.pidsMax(pids);
        }
        // A service is what stays: the last part of `cd x && npx server`.
        matches.get(matches.size() - 1).rule().placement().ifPresent(intent::placement);
        return intent.build();
    }

    private String reason(List<Match> matches) {
        StringBuilder reason = new StringBuilder("rules: ");
        for (int i = 0; i < Math.min(matches.size(), MATCHES_SHOWN); i++) {
            reason.append(i == 0 ? "" : ", ").append(matches.get(i).reason());
        }
        return reason.append(" of ").append(origin).toString();
    }
}
