package io.agentcgroup.gateway.internal.net;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many connections there may be at once: of one socket and of one user. A session that goes wild must not take the
 * descriptors of the others. On the loop's thread only.
 */
final class ConnectionBounds {

    /** What becomes of a new connection. */
    enum Admission { SERVE, REFUSE, DROP }

    /**
     * So many connections over the bound are still told why they are refused; one that shows up later is closed at once.
     */
    private static final int TOLD_WHY = 64;

    private final int bySocket;
    private final int byUid;
    private final Map<Object, Integer> sockets = new HashMap<>();
    private final Map<Integer, Integer> uids = new HashMap<>();

    ConnectionBounds(int bySocket, int byUid) {
        this.bySocket = bySocket;
        this.byUid = byUid;
    }

    /** Counts a connection, unless it is dropped. */
    Admission enter(Object socket, int uid) {
        int over = Math.max(sockets.getOrDefault(socket, 0) - bySocket, uids.getOrDefault(uid, 0) - byUid);
        if (over >= TOLD_WHY) {
            return Admission.DROP;
        }
        sockets.merge(socket, 1, Integer::sum);
        uids.merge(uid, 1, Integer::sum);
        return over >= 0 ? Admission.REFUSE : Admission.SERVE;
    }

    void leave(Object socket, int uid) {
        sockets.computeIfPresent(socket, (key, count) -> count == 1 ? null : count - 1);
        uids.computeIfPresent(uid, (key, count) -> count == 1 ? null : count - 1);
    }

    /** @return why a connection of that user on that socket is one too many */
    Optional<String> reason(Object socket, int uid) {
        if (sockets.getOrDefault(socket, 0) > bySocket) {
            return Optional.of("this session has more than " + bySocket + " calls at once");
        }
        return uids.getOrDefault(uid, 0) > byUid
                ? Optional.of("user " + uid + " has more than " + byUid + " calls at once")
                : Optional.empty();
    }
}
