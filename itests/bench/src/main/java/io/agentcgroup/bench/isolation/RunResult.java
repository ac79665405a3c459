package io.agentcgroup.bench.isolation;

import java.util.List;

/**
 * One run of one arm.
 *
 * @param run its number, from 1
 * @param sessions the one with high priority first
 * @param timedOut whether it had to be ended because its time was up
 */
record RunResult(String arm, int run, List<SessionResult> sessions, boolean timedOut, Evidence evidence) {

    SessionResult high() {
        return sessions.get(0);
    }

    List<SessionResult> lows() {
        return sessions.subList(1, sessions.size());
    }

    double survival() {
        return sessions.stream().filter(SessionResult::survived).count() / (double) sessions.size();
    }
}
