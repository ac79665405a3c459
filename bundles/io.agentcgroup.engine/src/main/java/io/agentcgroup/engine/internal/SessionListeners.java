package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.SessionListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of sessions: each of every open session once, in order, whenever the listener comes. Thread-safe. */
final class SessionListeners {

    private static final Logger LOG = LoggerFactory.getLogger(SessionListeners.class);

    // Guarded by this: while a listener is told nothing changes, which is why listeners must not block.
    private final List<SessionListener> listeners = new ArrayList<>();
    private final Map<SessionName, Session> open = new LinkedHashMap<>();

    synchronized void add(SessionListener listener) {
        listeners.add(listener);
        open.values().forEach(session -> tell(listener, l -> l.sessionOpened(session)));
    }

    synchronized void remove(SessionListener listener) {
        listeners.remove(listener);
    }

    synchronized void opened(Session session) {
        open.put(session.name(), session);
        listeners.forEach(listener -> tell(listener, l -> l.sessionOpened(session)));
    }

    synchronized void closed(Session session) {
        if (open.remove(session.name()) != null) {
            listeners.forEach(listener -> tell(listener, l -> l.sessionClosed(session)));
        }
    }

    private static void tell(SessionListener listener, Consumer<SessionListener> what) {
        try {
            what.accept(listener);
        } catch (RuntimeException e) {
            LOG.error("the session listener {} failed", listener.getClass().getName(), e);
        }
    }
}
