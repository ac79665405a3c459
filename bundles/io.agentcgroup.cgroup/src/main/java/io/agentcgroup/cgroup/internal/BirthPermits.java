package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain.Watch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lends {@code cgroup.procs} of a session and of its children to the session's user while births go on. The kernel asks for
 * both: the child's, and that of the nearest common ancestor of old and new place. Births overlap, so the loans are counted,
 * and each file goes back to us with the last birth that needed it.
 */
final class BirthPermits {

    private final Directory session;
    private final int ourUid = Libc.geteuid();
    private final int ourGid = Libc.getegid();

    /** Guarded by this: the loans on each directory. */
    private final Map<Directory, Integer> loans = new HashMap<>();
    private int borrower;
    private boolean closed;

    BirthPermits(Directory session) {
        this.session = session;
    }

    Watch permit(Directory child, int uid, int gid) {
        if (uid == 0 || uid == ourUid) {
            return () -> { };
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException(session.path() + " was closed");
            }
            if (!loans.isEmpty() && borrower != uid) {
                throw new CgroupException("let user " + uid + " be born in " + child.path() + ": a birth of user " + borrower
                        + " goes on in this session", Libc.EBUSY);
            }
            borrower = uid;
            lend(session, uid, gid);
            try {
                lend(child, uid, gid);
            } catch (RuntimeException refused) {
                takeBack(session);
                throw refused;
            }
        }
        AtomicBoolean over = new AtomicBoolean();
        return () -> {
            if (over.compareAndSet(false, true)) {
                takeBackBoth(child);
            }
        };
    }

    private synchronized void takeBackBoth(Directory child) {
        if (!closed) {
            takeBack(child);
            takeBack(session);
        }
    }

    private void lend(Directory directory, int uid, int gid) {
        directory.acquire();
        try {
            if (!loans.containsKey(directory)) {
                directory.chownHeld(ControlFile.CGROUP_PROCS, uid, gid);
            }
            loans.merge(directory, 1, Integer::sum);
        } catch (RuntimeException refused) {
            directory.release();
            throw refused;
        }
    }

    private void takeBack(Directory directory) {
        int left = loans.merge(directory, -1, Integer::sum);
        try {
            if (left == 0) {
                loans.remove(directory);
                reclaim(directory);
            }
        } finally {
            directory.release();
        }
    }

    /** The directory may be gone by now, and the loan with it. */
    private void reclaim(Directory directory) {
        try {
            directory.chownHeld(ControlFile.CGROUP_PROCS, ourUid, ourGid);
        } catch (CgroupException e) {
            if (e.errno() != Libc.ENOENT && e.errno() != Libc.ENODEV) {
                throw e;
            }
        }
    }

    /** Takes back what a daemon that died in the middle of births left lent. */
    void reclaimFrom(Directory directory) {
        directory.chown(ControlFile.CGROUP_PROCS, ourUid, ourGid);
    }

    /** Takes everything back at once; permissions closed later have nothing left to do. */
    synchronized void close() {
        closed = true;
        loans.forEach((directory, count) -> {
            reclaim(directory);
            for (int i = 0; i < count; i++) {
                directory.release();
            }
        });
        loans.clear();
    }
}
