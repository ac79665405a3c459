package io.agentcgroup.engine.internal;

import io.agentcgroup.api.SessionName;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The open sessions, by name. Thread-safe. */
final class SessionIndex {

    private final Map<SessionName, OpenSession> byName = new ConcurrentHashMap<>();

    void add(OpenSession session) {
        byName.put(session.name(), session);
    }

    void remove(SessionName name) {
        byName.remove(name);
    }

    void remove(OpenSession session) {
        byName.remove(session.name(), session);
    }

    void clear() {
        byName.clear();
    }

    Optional<OpenSession> find(SessionName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @param id as the kernel knows the session's node */
    Optional<OpenSession> withDomain(long id) {
        return byName.values().stream().filter(session -> session.domainId() == id).findFirst();
    }

    Collection<OpenSession> all() {
        return byName.values();
    }
}
