package io.agentcgroup.eval;

import java.util.List;

/**
 * One recorded run of an agent.
 *
 * @param name the file it was read from
 * @param task what the agent worked on; runs of one task are alike
 * @param calls the shell calls that can be judged, by the time of their start
 * @param leftOut how many shell calls cannot: fewer than two samples inside, no end, or no sample before
 */
record Run(String name, String task, List<Call> calls, int leftOut) {

    /** @return the repository of a task named {@code owner__name-number} */
    String repository() {
        int dash = task.lastIndexOf('-');
        return dash > 0 && task.substring(dash + 1).chars().allMatch(Character::isDigit) ? task.substring(0, dash) : task;
    }

    /** @return the largest peak of all its calls */
    double peakBytes() {
        return calls.stream().mapToDouble(Call::peakBytes).max().orElse(0);
    }

    /**
     * One shell call.
     *
     * @param startS seconds on the run's clock
     * @param endS seconds on the run's clock
     * @param command at most the first 400 characters
     * @param peakBytes the largest sample inside it less the last one before it; may be negative
     */
    record Call(double startS, double endS, String command, double peakBytes) {

        double seconds() {
            return endS - startS;
        }
    }
}
