package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import java.util.ArrayList;
import java.util.List;

/** Removes a directory and what somebody has made below it, and says who is in the way. */
final class Remover {

    /** So many processes are named in a refusal. */
    private static final int MOST_NAMED = 10;

    private final Directory parent;
    private final String name;
    private final Directory directory;

    Remover(Directory parent, String name, Directory directory) {
        this.parent = parent;
        this.name = name;
        this.directory = directory;
    }

    /**
     * @param exitingMs how long to wait for processes that were ended but still count
     * @throws CgroupException EBUSY, naming the processes that live in it
     */
    void remove(long exitingMs) {
        try {
            parent.remove(name);
            return;
        } catch (CgroupException e) {
            if (e.errno() != Libc.EBUSY) {
                throw e;
            }
        }
        List<Integer> alive = processes(directory);
        if (!alive.isEmpty() || !directory.awaitEmpty(exitingMs)) {
            throw busy(alive);
        }
        removeChildren(directory, exitingMs);
        parent.remove(name);
    }

    /** Removes what is below, such as directories that an agent of root's made itself. */
    private static void removeChildren(Directory directory, long exitingMs) {
        for (String child : directory.children()) {
            try (Directory opened = directory.open(child)) {
                new Remover(directory, child, opened).remove(exitingMs);
            } catch (CgroupException e) {
                if (e.errno() != Libc.ENOENT) {
                    throw e;
                }
            }
        }
    }

    private CgroupException busy(List<Integer> alive) {
        String who = alive.isEmpty() ? "processes that were ended have not left yet"
                : "processes live in it: " + String.join(", ", alive.stream().limit(MOST_NAMED).map(String::valueOf).toList())
                        + (alive.size() > MOST_NAMED ? " and " + (alive.size() - MOST_NAMED) + " more" : "");
        return new CgroupException("remove " + directory.path() + ": " + who, Libc.EBUSY);
    }

    /** @return the processes in it and below it */
    private static List<Integer> processes(Directory directory) {
        List<Integer> all = new ArrayList<>(ControlText.processes(directory.read(ControlFile.CGROUP_PROCS)));
        for (String child : directory.children()) {
            try (Directory opened = directory.open(child)) {
                all.addAll(processes(opened));
            } catch (CgroupException e) {
                if (e.errno() != Libc.ENOENT && e.errno() != Libc.ENODEV) {
                    throw e;
                }
            }
        }
        return all;
    }
}
