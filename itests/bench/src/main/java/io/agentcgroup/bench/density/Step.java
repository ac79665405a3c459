package io.agentcgroup.bench.density;

import java.util.List;
import java.util.Locale;

/**
 * What came of so many sessions at once.
 *
 * @param refused why they were not even started; null if they were
 * @param outcomes of the sessions, the one with high priority first; empty if they were not started
 * @param timedOut whether they had to be ended because their time was up
 * @param highP95Ms of the calls of the high one; null if it made none to their end
 * @param highP95Ratio to the same alone; null if there is none
 * @param bounds the largest ratio that counts
 */
record Step(int sessions, int attempt, String refused, List<Outcome> outcomes, boolean timedOut, Double highP95Ms, Double highP95Ratio,
        double bounds) {

    /**
     * How one session fared.
     *
     * @param finished whether its agent came to its end and each of its calls did its work
     * @param kills the agent, if it was killed, and calls that were
     * @param callsFailed calls that failed in another way, or were never made
     * @param completionS from its start to its end; null if it did not get there
     * @param callsMs how long its calls took, from the agent's asking for a shell to its end
     * @param told the first lines that its agent got to read on stderr
     */
    record Outcome(Member member, boolean finished, int kills, int callsFailed, Double completionS, List<Double> callsMs,
            List<String> told) {
    }

    static Step refused(int sessions, String why) {
        return new Step(sessions, 1, why, List.of(), false, null, null, 0);
    }

    int kills() {
        return outcomes.stream().mapToInt(Outcome::kills).sum();
    }

    int finished() {
        return (int) outcomes.stream().filter(Outcome::finished).count();
    }

    boolean passed() {
        return refused == null && !timedOut && kills() == 0 && finished() == sessions && highP95Ratio != null && highP95Ratio <= bounds;
    }

    /** @return why it did not pass, in words */
    String why() {
        if (refused != null) {
            return refused;
        }
        if (kills() > 0) {
            return kills() + " killed";
        }
        if (timedOut) {
            return "its time was up";
        }
        if (finished() < sessions) {
            return (sessions - finished()) + " sessions did not do all their work";
        }
        return passed() ? "" : String.format(Locale.ROOT, "high P95 %.2f times alone", highP95Ratio);
    }
}
