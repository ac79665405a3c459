package io.agentcgroup.api.policy;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import java.time.Duration;

/**
 * A call that waits at the gate.
 *
 * @param id its id
 * @param session whose it is
 * @param priority the session's
 * @param wanted what it would be given if there were room
 * @param waited for how long it has waited
 * @param atMost for how much longer it waits
 * @param place 1 for the next
 * @param reason why it waits, in a sentence
 */
public record WaitingCall(CallId id, SessionName session, Priority priority, Grant wanted, Duration waited, Duration atMost, int place,
        String reason) {
}
