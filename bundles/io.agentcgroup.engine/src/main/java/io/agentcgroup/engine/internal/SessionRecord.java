package io.agentcgroup.engine.internal;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** A session as it is kept with its directory, so that a restarted daemon knows it. */
final class SessionRecord {

    static final String KEY = "session";

    private SessionRecord() {
    }

    static String write(Session session) {
        return new JsonMap()
                .put("priority", session.priority().name())
                .put("uid", session.uid())
                .put("gid", session.gid())
                .put("memory", session.memoryBudgetBytes())
                .put("pids", session.pidsBudget())
                .put("leftovers", session.leftovers().mode().name())
                .put("keep_ms", session.leftovers().keepFor().toMillis())
                .put("created", session.created().toString())
                .text();
    }

    /** @throws IllegalArgumentException if it is no such record */
    static Session read(SessionName name, String text) {
        JsonMap map = JsonMap.parse(text);
        try {
            return new Session(name, Priority.valueOf(map.string("priority")), (int) map.number("uid"), (int) map.number("gid"),
                    map.optionalLong("memory"), map.optionalLong("pids"),
                    new LeftoverPolicy(LeftoverPolicy.Mode.valueOf(map.string("leftovers")), Duration.ofMillis(map.number("keep_ms"))),
                    Instant.parse(map.string("created")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
