package io.agentcgroup.bench.density;

import io.agentcgroup.replay.Trace;

/**
 * One session of a step.
 *
 * @param name unlike that of any other session of the run
 * @param limitBytes what it needs at most, by its trace, the memory of its processes included
 */
record Member(String name, boolean isHigh, Trace trace, long limitBytes) {

    String priority() {
        return isHigh ? "high" : "low";
    }
}
