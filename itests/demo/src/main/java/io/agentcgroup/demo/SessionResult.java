package io.agentcgroup.demo;

import io.agentcgroup.demo.CallResult.State;
import java.io.IOException;
import java.util.List;

/**
 * How an agent fared.
 *
 * @param agent which
 * @param alive whether it came to its end with its context intact and left in good order
 * @param calls one a step, in the script's order
 * @param durationS from its first call to its last
 * @param figures of the whole session
 */
record SessionResult(AgentSpec agent, boolean alive, List<CallResult> calls, double durationS, SessionFigures figures) {

    /** @param arm in which it ran */
    SessionResult withEvidence(Arm arm) throws IOException {
        return new SessionResult(agent, alive, arm.evidence(agent, calls), durationS, figures);
    }

    long callsStarted() {
        return calls.stream().filter(call -> call.state() == State.ENDED || call.state() == State.LOST).count();
    }

    long callsNotReached() {
        return calls.stream().filter(call -> !call.reached()).count();
    }

    long innocentCallsFailed() {
        return calls.stream().filter(call -> call.step().innocent() && call.failed()).count();
    }
}
