package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Explanation.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What was done to one call: of much, how it began and how it ended. Thread-safe. */
final class Chronicle {

    /** How a call came onto the ladder says more than the hundredth time. */
    private static final int FIRST_KEPT = 10;
    private static final int LAST_KEPT = 20;

    private final List<Step> first = new ArrayList<>();
    private final Deque<Step> last = new ArrayDeque<>();

    synchronized void add(Step step) {
        if (first.size() < FIRST_KEPT) {
            first.add(step);
            return;
        }
        last.addLast(step);
        if (last.size() > LAST_KEPT) {
            last.removeFirst();
        }
    }

    synchronized List<Step> steps() {
        List<Step> steps = new ArrayList<>(first);
        steps.addAll(last);
        return steps;
    }
}
