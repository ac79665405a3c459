package io.agentcgroup.gateway.internal.net;

import com.sun.jna.Native;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in memory what the daemon has once used of its own. A host that runs short takes back pages of program files first,
 * the daemon's too, and some hosts do so with whatever was idle for a while: reading them again from a disk takes longer than a shim waits,
 * just when a domain is needed most. Nothing is read in beforehand ({@code MCL_ONFAULT}), so the daemon grows no larger than
 * it has been.
 */
public final class ResidentMemory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ResidentMemory.class);

    /** What is mapped now and, where that can be done safely, later. Where locking is not allowed it is logged, and all goes on without. */
    public void keep() {
        boolean boundless = Libc.setrlimit(Libc.RLIMIT_MEMLOCK, new long[] {Libc.RLIM_INFINITY, Libc.RLIM_INFINITY}) == 0;
        // Within a bound, a later mapping of the Java machine could fail for it, and that would end the daemon.
        int which = Libc.MCL_CURRENT | (boundless ? Libc.MCL_FUTURE : 0);
        if (Libc.mlockall(which | Libc.MCL_ONFAULT) < 0) {
            LOG.warn("The first call after a pause may run without a domain where memory is short: the daemon cannot lock its memory,"
                    + " which takes CAP_IPC_LOCK or LimitMEMLOCK=infinity ({})", Libc.strerror(Native.getLastError()));
        }
    }

    /** The kernel may take back again what it likes. */
    @Override
    public void close() {
        if (Libc.munlockall() < 0) {
            LOG.warn("The daemon's memory stays locked ({})", Libc.strerror(Native.getLastError()));
        }
    }
}
