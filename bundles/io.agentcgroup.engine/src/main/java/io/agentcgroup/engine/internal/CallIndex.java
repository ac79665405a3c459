package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of all sessions, by id. Thread-safe. */
final class CallIndex {

    private final Map<CallId, LiveCall> byId = new ConcurrentHashMap<>();
    private final Map<Long, LiveCall> byDomain = new ConcurrentHashMap<>();

    void add(LiveCall call) {
        byId.put(call.id(), call);
        byDomain.put(call.domainId(), call);
    }

    void remove(LiveCall call) {
        byId.remove(call.id(), call);
        byDomain.remove(call.domainId(), call);
    }

    Optional<LiveCall> find(CallId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** @param id as the kernel knows it */
    Optional<LiveCall> withDomain(long id) {
        return Optional.ofNullable(byDomain.get(id));
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    Collection<LiveCall> all() {
        return byId.values();
    }
}
