package io.agentcgroup.bench.density;

import java.io.IOException;

/** Finds the largest number of sessions that passes: upwards by doubling until one fails, then in between. */
final class Search {

    /** Tries so many sessions. */
    @FunctionalInterface
    interface Trial {
        boolean passes(int sessions) throws IOException, InterruptedException;
    }

    private Search() {
    }

    /**
     * @param atMost no more are tried
     * @return 0 when not even one passes
     */
    static int largest(int atMost, Trial trial) throws IOException, InterruptedException {
        int passed = 0;
        int next = 1;
        while (next <= atMost && trial.passes(next)) {
            passed = next;
            next = passed == atMost ? atMost + 1 : Math.min(atMost, passed * 2);
        }
        int failed = next;
        while (failed - passed > 1) {
            int middle = (passed + failed) / 2;
            if (trial.passes(middle)) {
                passed = middle;
            } else {
                failed = middle;
            }
        }
        return passed;
    }
}
