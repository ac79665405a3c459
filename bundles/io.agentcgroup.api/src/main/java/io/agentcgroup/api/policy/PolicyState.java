package io.agentcgroup.api.policy;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import java.util.List;
import java.util.Optional;

/**
 * What a policy may know when it decides: one moment of the host, all sessions and all calls.
 *
 * @param host the host
 * @param sessions all open sessions
 * @param waiting the calls that wait at the gate, the next to be let in first
 * @param nowNs the moment, on {@code CLOCK_MONOTONIC}
 */
public record PolicyState(HostState host, List<SessionState> sessions, List<WaitingCall> waiting, long nowNs) {

    public PolicyState {
        sessions = List.copyOf(sessions);
        waiting = List.copyOf(waiting);
    }

    /** @return the open session of that name */
    public Optional<SessionState> session(SessionName name) {
        for (SessionState session : sessions) {
            if (session.session().name().equals(name)) {
                return Optional.of(session);
            }
        }
        return Optional.empty();
    }

    /** @return the running call of that id */
    public Optional<CallState> call(CallId id) {
        return sessions.stream().flatMap(session -> session.calls().stream()).filter(call -> call.id().equals(id)).findFirst();
    }
}
