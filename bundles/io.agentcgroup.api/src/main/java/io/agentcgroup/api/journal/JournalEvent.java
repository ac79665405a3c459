package io.agentcgroup.api.journal;

import io.agentcgroup.api.SessionName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Something worth keeping that is no call: a session opened, a policy replaced, a hint that could not be read, an action
 * taken.
 *
 * @param time when
 * @param kind short and stable, such as {@code session-opened}
 * @param session which session, if it is about one
 * @param message one sentence for people; escape on output
 * @param details further values: strings, numbers, booleans
 */
public record JournalEvent(Instant time, String kind, Optional<SessionName> session, String message,
        Map<String, Object> details) {

    public JournalEvent {
        details = Map.copyOf(details);
    }
}
