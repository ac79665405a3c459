package io.agentcgroup.console.internal;

import io.agentcgroup.api.journal.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of the calls that ended lately, by the policy that granted them: what a switch has changed. */
final class PolicyEffects {

    private static final Duration LATELY = Duration.ofHours(1);
    /** A busy host has more in an hour; those that ended last tell most, and nobody waits for a page. */
    private static final int MOST_LINES = 10_000;

    private final Map<String, Counts> byPolicy = new TreeMap<>();
    private final String since;
    private int lines;

    private PolicyEffects(Instant now) {
        since = now.minus(LATELY).toString();
    }

    /** @return a row for each policy, and how many calls were looked at */
    static Map<String, Object> of(Journal journal, Instant now) {
        PolicyEffects effects = new PolicyEffects(now);
        // The newest come first; accepting a line ends the reading.
        journal.query(effects::isEnough, 1);
        List<Map<String, Object>> rows = new ArrayList<>();
        effects.byPolicy.forEach((policy, counts) -> rows.add(counts.row(policy)));
        return Map.of("rows", Shown.of(rows), "all", effects.lines < MOST_LINES);
    }

    private boolean isEnough(Map<String, Object> line) {
        // ISO-8601 in UTC is ordered as text is; fractions of a second differ in length, which matters for nobody.
        if (String.valueOf(line.get("ended")).compareTo(since) < 0) {
            return true;
        }
        lines++;
        Object policy = line.get("grant") instanceof Map<?, ?> grant ? grant.get("policy") : null;
        byPolicy.computeIfAbsent(String.valueOf(policy), name -> new Counts()).add(line);
        return lines >= MOST_LINES;
    }

    private static final class Counts {

        private long calls;
        private long waited;
        private long waitedUs;
        private long held;
        private long ended;
        private long outOfMemory;
        private long failed;

        void add(Map<String, Object> line) {
            calls++;
            String end = String.valueOf(line.get("end"));
            ended += end.equals("ended") ? 1 : 0;
            outOfMemory += end.equals("oom_killed") ? 1 : 0;
            failed += PastCalls.failed(line) ? 1 : 0;
            if (line.get("explanation") instanceof Map<?, ?> why) {
                long us = why.get("waited_us") instanceof Number number ? number.longValue() : 0;
                waitedUs += us;
                waited += us > 0 ? 1 : 0;
                held += why.get("steps") instanceof List<?> steps && !steps.isEmpty() ? 1 : 0;
            }
        }

        Map<String, Object> row(String policy) {
            return Map.of("policy", policy, "calls", calls, "waited", waited, "waited_us", waitedUs, "held", held, "ended", ended,
                    "oom_killed", outOfMemory, "failed", failed);
        }
    }
}
