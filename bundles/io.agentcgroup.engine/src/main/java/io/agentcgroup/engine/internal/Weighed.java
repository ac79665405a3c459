package io.agentcgroup.engine.internal;

import static io.agentcgroup.api.Quantity.formatBytes;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What providers said, put together: each part from the first in ranking order that says it, but of memory the agent's own word is advice. It
 * counts as far as the session's declarations have proved right: a high one that operators and earlier calls do not bear out is lowered
 * towards theirs, a low one is raised to it. Pure.
 *
 * @param merged what it amounts to
 * @param trust how far declarations were believed; empty when nothing was declared
 * @param steps how that came about, a sentence each
 */
record Weighed(Intent merged, OptionalDouble trust, List<String> steps) {

    private static final String MERGED = "merged";

    static Weighed of(List<Said> said, Trust trust) {
        List<String> steps = new ArrayList<>();
        Intent.Builder merged = Intent.from(MERGED);
        Optional<Said> advice = first(said, true);
        memory(said, advice, trust, steps, merged);
        List<String> notices = new ArrayList<>();
        // The first one has the last word.
        for (int i = said.size() - 1; i >= 0; i--) {
            Intent intent = said.get(i).intent();
            intent.cpuCores().ifPresent(merged::cpuCores);
            intent.duration().ifPresent(merged::duration);
            intent.placement().ifPresent(merged::placement);
            intent.pidsMax().ifPresent(merged::pidsMax);
            notices.addAll(0, intent.notices());
        }
        merged.notices(notices);
        return new Weighed(merged.build(), advice.isPresent() ? OptionalDouble.of(trust.value()) : OptionalDouble.empty(), List.copyOf(steps));
    }

    Explanation explanation(Duration waited) {
        return new Explanation(merged, trust, steps, waited, List.of());
    }

    private static void memory(List<Said> said, Optional<Said> advice, Trust trust, List<String> steps, Intent.Builder merged) {
        Optional<Said> firm = first(said, false);
        if (advice.isEmpty() && firm.isEmpty()) {
            merged.confidence(0).reason(reasons(said));
            return;
        }
        for (Said one : said) {
            if (one.intent().memoryBytes().isPresent()) {
                steps.add(says(one.intent()));
            }
        }
        if (advice.isEmpty() || firm.isPresent() && said.indexOf(firm.get()) < said.indexOf(advice.get())) {
            take(firm.get().intent(), merged);
            return;
        }
        Intent declared = advice.get().intent();
        long corrected = corrected(declared, trust, steps);
        if (firm.isEmpty()) {
            merged.memoryBytes(corrected).confidence(declared.confidence() * trust.value()).reason(declared.reason()
                    + (corrected == declared.memoryBytes().getAsLong() ? "" : ", by habit " + formatBytes(corrected)));
        } else {
            meet(declared, corrected, firm.get().intent(), trust, steps, merged);
        }
    }

    private static String says(Intent intent) {
        // Said of every call, while its agent waits: a format string is read anew each time.
        return intent.provider() + " says " + formatBytes(intent.memoryBytes().getAsLong()) + " (" + intent.reason() + "; confidence "
                + hundredths(intent.confidence()) + ")";
    }

    private static String hundredths(double value) {
        long hundredths = Math.round(value * 100);
        return hundredths / 100 + (hundredths % 100 < 10 ? ".0" : ".") + hundredths % 100;
    }

    private static void take(Intent intent, Intent.Builder merged) {
        merged.memoryBytes(intent.memoryBytes().getAsLong()).confidence(intent.confidence()).reason(intent.reason());
    }

    private static long corrected(Intent declared, Trust trust, List<String> steps) {
        long bytes = declared.memoryBytes().getAsLong();
        double correction = trust.correction();
        if (correction == 1) {
            return bytes;
        }
        long corrected = Math.max(1, (long) (bytes * correction));
        steps.add(String.format(Locale.ROOT, "calls of this session use %.0f %% of what they declare, so that is taken for %s",
                correction * 100, formatBytes(corrected)));
        return corrected;
    }

    /** Somewhere between what was declared and what others know. */
    private static void meet(Intent declared, long corrected, Intent firm, Trust trust, List<String> steps, Intent.Builder merged) {
        long known = firm.memoryBytes().getAsLong();
        boolean low = corrected < known;
        double towardsKnown = low ? Math.max(firm.confidence(), 1 - trust.value()) : 1 - trust.value();
        long bytes = Math.max(1, Math.round(corrected + (known - (double) corrected) * towardsKnown));
        String met = String.format(Locale.ROOT, "%s is %s than what %s knows and counts %.0f %% (trust in this session's declarations %.2f): %s",
                formatBytes(corrected), low ? "less" : "more", firm.provider(), (1 - towardsKnown) * 100, trust.value(), formatBytes(bytes));
        if (bytes != known || bytes != corrected) {
            steps.add(met);
        }
        merged.memoryBytes(bytes).confidence(Math.max(firm.confidence(), declared.confidence() * trust.value()))
                .reason(towardsKnown >= 1 ? firm.reason() : declared.reason() + "; " + firm.reason());
    }

    private static String reasons(List<Said> said) {
        StringBuilder reasons = new StringBuilder();
        for (Said one : said) {
            if (!one.intent().reason().isEmpty()) {
                reasons.append(reasons.length() == 0 ? "" : "; ").append(one.intent().reason());
            }
        }
        return reasons.toString();
    }

    /** @return the first that says how much memory */
    private static Optional<Said> first(List<Said> said, boolean advisory) {
        for (Said one : said) {
            if (one.advisory() == advisory && one.intent().memoryBytes().isPresent()) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
