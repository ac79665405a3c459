package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import java.util.List;

/** Moves all processes from one directory and below it into another. */
final class Mover {

    /** After so many looks that still found somebody they fork faster than we move: stop them for the rest. */
    private static final int ROUNDS_BEFORE_FREEZING = 4;
    /** Frozen processes cannot fork; more rounds than this mean that somebody else puts them in. */
    private static final int MOST_ROUNDS = 16;

    private final Directory from;
    private final Directory to;
    private int moved;

    Mover(Directory from, Directory to) {
        this.from = from;
        this.to = to;
    }

    /** @return how many processes were moved */
    int moveAll() {
        boolean frozen = false;
        try {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                if (!moveTree(from)) {
                    return moved;
                }
                if (round == ROUNDS_BEFORE_FREEZING) {
                    from.write(ControlFile.CGROUP_FREEZE, "1");
                    frozen = true;
                }
            }
        } finally {
            if (frozen) {
                from.write(ControlFile.CGROUP_FREEZE, "0");
            }
        }
        throw new CgroupException("move the processes of " + from.path() + " to " + to.path()
                + ": new ones keep coming, after " + moved + " were moved", Libc.EBUSY);
    }

    /** @return whether somebody was found */
    private boolean moveTree(Directory directory) {
        List<Integer> processes = ControlText.processes(directory.read(ControlFile.CGROUP_PROCS));
        processes.forEach(this::move);
        boolean found = !processes.isEmpty();
        for (String name : directory.children()) {
            try (Directory child = directory.open(name)) {
                found |= moveTree(child);
            } catch (CgroupException e) {
                if (e.errno() != Libc.ENOENT && e.errno() != Libc.ENODEV) {
                    throw e;
                }
            }
        }
        return found;
    }

    private void move(int process) {
        try {
            to.write(ControlFile.CGROUP_PROCS, Integer.toString(process));
            moved++;
        } catch (CgroupException e) {
            // It has ended meanwhile.
            if (e.errno() != Libc.ESRCH) {
                throw e;
            }
        }
    }
}
