package io.agentcgroup.simulate;

import java.util.List;
import java.util.Map;

/**
 * What came of a scenario.
 *
 * @param kills agents and calls
 * @param oomKills of the kernel
 * @param finished sessions that did all their work
 * @param makespanS from the first start to the last end
 * @param highP95Ms of the first session's calls; null if it did not do all its work
 * @param highP95Ratio to the same alone; null without one of them
 * @param waitedS at the gate, over all calls
 * @param refused why not all sessions were started; null if they were
 * @param timedOut whether some had not ended when the time was up
 * @param noted what the engine noted, by kind
 * @param sessions each session's completion, in seconds; null for one that did not come to its end
 * @param took milliseconds of real time
 */
record Result(Scenario scenario, int kills, int oomKills, int finished, double makespanS, Double highP95Ms, Double highP95Ratio,
        double waitedS, String refused, boolean timedOut, Map<String, Long> noted, List<Double> sessions, double took) {

    Result withRatio(Double alone) {
        Double ratio = alone == null || highP95Ms == null ? null : Double.valueOf(highP95Ms / alone);
        return new Result(scenario, kills, oomKills, finished, makespanS, highP95Ms, ratio, waitedS, refused, timedOut, noted, sessions, took);
    }
}
