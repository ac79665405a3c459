package io.agentcgroup.cgroup.internal;

import com.sun.jna.Memory;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Native memory to read control files into, lent and given back. Not thread-locals: those would outlive the bundle in
 * threads that are not ours.
 */
final class Buffers {

    /** Larger than any control file except {@code cgroup.procs}, which is read in pieces. */
    static final int BYTES = 16 * 1024;

    private final ConcurrentLinkedQueue<Memory> idle = new ConcurrentLinkedQueue<>();

    Memory lend() {
        Memory buffer = idle.poll();
        return buffer != null ? buffer : new Memory(BYTES);
    }

    void giveBack(Memory buffer) {
        idle.offer(buffer);
    }
}
