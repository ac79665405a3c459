package io.agentcgroup.summary;

import io.agentcgroup.summary.Report.Outcome;
import java.util.List;

/** How many test cases ended how. */
record Counts(int passed, int failed, int skipped) {

    static Counts of(List<Report.Case> cases) {
        int failed = count(cases, Outcome.FAILED);
        int skipped = count(cases, Outcome.SKIPPED);
        return new Counts(cases.size() - failed - skipped, failed, skipped);
    }

    private static int count(List<Report.Case> cases, Outcome outcome) {
        return (int) cases.stream().filter(one -> one.outcome() == outcome).count();
    }

    int all() {
        return passed + failed + skipped;
    }

    @Override
    public String toString() {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }
}
