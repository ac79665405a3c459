package io.agentcgroup.demo;

import java.util.List;

/**
 * How one arm went.
 *
 * @param name {@code off} or {@code on}
 * @param meaning what exactly that was
 * @param sessions one an agent
 */
record ArmResult(String name, String meaning, List<SessionResult> sessions) {

    boolean allAgentsAlive() {
        return sessions.stream().allMatch(SessionResult::alive);
    }

    long agentsDead() {
        return sessions.stream().filter(session -> !session.alive()).count();
    }

    long innocentCallsFailed() {
        return sessions.stream().mapToLong(SessionResult::innocentCallsFailed).sum();
    }

    long innocentCallsNeverRun() {
        return sessions.stream().flatMap(session -> session.calls().stream())
                .filter(call -> call.step().innocent() && !call.reached()).count();
    }

    /** Nobody was hurt but the guilty. */
    boolean kept() {
        return allAgentsAlive() && innocentCallsFailed() == 0 && innocentCallsNeverRun() == 0;
    }
}
