package io.agentcgroup.cgroup.internal;

import java.util.Set;

/**
 * What all domains of one tree share.
 *
 * @param events waits for the kernel
 * @param files the control files that sessions and calls have on this kernel; others are neither read nor written
 * @param controllers the controllers that sessions hand down to their calls
 */
record TreeContext(KernelEvents events, Set<ControlFile> files, Set<Controller> controllers) {

    TreeContext {
        files = Set.copyOf(files);
        controllers = Set.copyOf(controllers);
    }
}
