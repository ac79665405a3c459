package io.agentcgroup.cgroup.internal;

import java.util.List;
import java.util.Optional;

/** Who provides a control file. */
enum Controller {
    /** cgroup v2 itself: there in every directory, whatever is enabled. */
    CORE(""),
    /** The memory controller. */
    MEMORY("memory"),
    /** The CPU controller. */
    CPU("cpu"),
    /** The process number controller. */
    PIDS("pids"),
    /** The block device controller. */
    IO("io");

    /** Those that sessions and calls get where the host has them. */
    static final List<Controller> WANTED = List.of(MEMORY, CPU, PIDS, IO);

    private final String word;

    Controller(String word) {
        this.word = word;
    }

    /** @return its name in {@code cgroup.controllers} */
    String word() {
        return word;
    }

    /** @return the controller of that name, if it is one that we want */
    static Optional<Controller> of(String word) {
        return WANTED.stream().filter(c -> c.word.equals(word)).findFirst();
    }
}
