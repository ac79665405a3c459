package io.agentcgroup.intent.declared.internal;

import io.agentcgroup.api.SessionName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which sessions were told of which bad hint. It forgets the oldest when it is full: then an agent may hear the same thing twice,
 * which is better than memory that grows with what agents make up.
 */
final class ToldOnce {

    private record Key(SessionName session, String hint) {
    }

    private final Map<Key, Boolean> told;

    ToldOnce(int most) {
        told = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
                return size() > most;
            }
        };
    }

    /** @return whether this is the first time */
    synchronized boolean firstTime(SessionName session, String hint) {
        return told.put(new Key(session, hint), Boolean.TRUE) == null;
    }
}
