package io.agentcgroup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.agentcgroup.cli.control.ControlClient;

/**
 * The instance that a command speaks of.
 *
 * @param home the distribution that the command belongs to
 * @param run the daemon's run folder
 * @param state the daemon's state folder
 */
public record Place(Path home, Path run, Path state) {

    /** @return the instance that the start script names */
    public static Place current() {
        return new Place(folder("agentcgroup.home"), folder("agentcgroup.run"), folder("agentcgroup.state"));
    }

    private static Path folder(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new CommandException("system property " + property + " is not set; run this by bin/agentcgroup");
        }
        return Path.of(value);
    }

    /** @return for asking the daemon */
    public ControlClient control() {
        return new ControlClient(run);
    }

    /** @return a file of the distribution's bin folder */
    public String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** @return where the daemon logs */
    public Path log() {
        return state.resolve("log").resolve("agentcgroup.log");
    }

    /**
     * The daemon's process. Its file names it; that the process holds the kernel's lock on that file says that it is no
     * other one that got the number since.
     */
    public Optional<ProcessHandle> daemon() {
        Path file = run.resolve("daemon.pid");
        try {
            String pid = Files.readString(file).strip();
            return pid.isEmpty() || !isLocked(file, pid) ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** {@code /proc/locks}: {@code 1: POSIX ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF}. */
    private static boolean isLocked(Path file, String pid) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino");
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            return locks.map(line -> line.split("\\s+"))
                    .anyMatch(words -> words.length > 5 && words[4].equals(pid) && words[5].endsWith(inode));
        }
    }

    /** @return what a child needs to speak of the same instance */
    public Map<String, String> environment() {
        return Map.of("AGENTCGROUP_RUN_DIR", run.toString(), "AGENTCGROUP_STATE_DIR", state.toString());
    }
}
