package io.agentcgroup.summary;

/** How many test cases ended how. */
record Counts(int passed, int failed, int skipped) {

    static final Counts NONE = new Counts(0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(passed + other.passed, failed + other.failed, skipped + other.skipped);
    }

    int all() {
        return passed + failed + skipped;
    }

    @Override
    public String toString() {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }
}
