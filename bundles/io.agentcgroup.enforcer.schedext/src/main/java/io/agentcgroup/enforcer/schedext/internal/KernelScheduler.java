package io.agentcgroup.enforcer.schedext.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel says of BPF schedulers in sysfs. There is one for the whole machine. */
final class KernelScheduler {

    private static final Path FOLDER = Path.of("/sys/kernel/sched_ext");

    private final Path folder;

    KernelScheduler() {
        this(FOLDER);
    }

    KernelScheduler(Path folder) {
        this.folder = folder;
    }

    /** @return whether this kernel tells at all */
    boolean known() {
        return Files.exists(folder.resolve("state"));
    }

    /** @return whether none is attached, and none is just coming or going */
    boolean free() {
        return read("state").orElse("disabled").equals("disabled");
    }

    /** @return the name of the one that is attached */
    Optional<String> attached() {
        return free() ? Optional.empty() : Optional.of(read("root/ops").orElse("one without a name"));
    }

    private Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(folder.resolve(file)).strip());
        } catch (IOException e) {
            // It goes with the scheduler: then there is none.
            return Optional.empty();
        }
    }
}
