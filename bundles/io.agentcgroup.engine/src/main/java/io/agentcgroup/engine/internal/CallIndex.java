package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of all sessions, by id. Thread-safe. */
final class CallIndex {

    private final Map<CallId, LiveCall> byId = new ConcurrentHashMap<>();

    void add(LiveCall call) {
        byId.put(call.id(), call);
    }

    void remove(LiveCall call) {
        byId.remove(call.id(), call);
    }

    Optional<LiveCall> find(CallId id) {
        return Optional.ofNullable(byId.get(id));
    }

    Collection<LiveCall> all() {
        return byId.values();
    }
}
