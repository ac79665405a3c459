package io.agentcgroup.api.engine;

import io.agentcgroup.api.Session;
import org.osgi.annotation.versioning.ConsumerType;

/** A whiteboard service: hears of sessions, those that are open already first. Must not block. */
@ConsumerType
public interface SessionListener {

    /** The session stands; calls may come. */
    void sessionOpened(Session session);

    /** The session is being closed; no further call is accepted. */
    void sessionClosed(Session session);
}
