package io.agentcgroup.cli.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Folders;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup stop}. */
@Command(name = "stop", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Stop the appliance. Agents and calls go on under the limits that they have.")
public final class StopCommand implements Subcommand, Callable<Integer> {

    /** The daemon leaves by itself after 10 s at the latest, on an emulated machine after some times that; one that does not is broken. */
    private static final int STOPPED_AT_MOST_S = 60;

    /** As the launcher passes it on to the daemon too. */
    private static final String ROOT_PROPERTY = "agentcgroup.root";
    private static final String DEFAULT_ROOT = "agentcgroup";

    @Option(names = "--release", description = "First end all sessions with everything that runs in them; then remove the tree and all eBPF programs.")
    private boolean release;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Place place = Place.current();
        Optional<ProcessHandle> running = place.daemon();
        if (running.isEmpty()) {
            return stopped(place);
        }
        ProcessHandle daemon = running.get();
        Map<String, Object> status = release ? endSessions(place) : Map.of();
        end(daemon);
        if (release) {
            String pins = text(status, "pin_root");
            if (!pins.isEmpty()) {
                Folders.delete(Folders.pins(Path.of(pins).getFileName().toString()));
            }
            remove(text(status, "root"));
        }
        System.out.println(release ? "AgentCgroup is stopped, all sessions are ended"
                : "AgentCgroup is stopped; what runs keeps its limits");
        return 0;
    }

    /** A daemon that was killed leaves its programs in the kernel on purpose; this is how to be rid of them. */
    private int stopped(Place place) throws IOException {
        Path pins = Folders.pins(System.getProperty(ROOT_PROPERTY, DEFAULT_ROOT));
        if (!release || !Files.isDirectory(pins)) {
            throw new CommandException("AgentCgroup does not run (" + place.run() + ")");
        }
        Folders.delete(pins);
        System.out.println("AgentCgroup does not run; its eBPF programs are removed. Sessions that are left end with: start, then stop --release");
        return 0;
    }

    private static String text(Map<String, Object> status, String key) {
        return String.valueOf(status.getOrDefault(key, ""));
    }

    /** Through the daemon, so that the calls are journalled. @return its last status */
    private static Map<String, Object> endSessions(Place place) {
        Map<String, Object> reply = place.control().ask("sessions", Map.of());
        for (Map<String, Object> session : Replies.list(reply, "sessions")) {
            place.control().ask("session-close", Map.of("session", session.get("name")));
        }
        return place.control().ask("status", Map.of());
    }

    private static void end(ProcessHandle daemon) throws InterruptedException {
        if (!daemon.destroy()) {
            throw new CommandException("process " + daemon.pid() + " cannot be told to stop; are you root?");
        }
        try {
            daemon.onExit().get(STOPPED_AT_MOST_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new CommandException("process " + daemon.pid() + " still runs after " + STOPPED_AT_MOST_S
                    + " s; end it with: kill -9 " + daemon.pid() + " (no call loses its limits)", e);
        } catch (ExecutionException e) {
            throw new CommandException("process " + daemon.pid() + " cannot be waited for: " + e.getMessage(), e);
        }
    }

    private static void remove(String root) throws IOException {
        // Empty: no tree could be built on this host. A unit of systemd's is systemd's to remove.
        if (root.isEmpty() || root.endsWith(".service") || root.endsWith(".scope")) {
            return;
        }
        try {
            Files.delete(Path.of(root));
        } catch (NoSuchFileException e) {
            // Gone already: that is what was wanted.
        } catch (DirectoryNotEmptyException e) {
            throw new CommandException("stopped, but " + root + " still holds cgroups: "
                    + List.of(new File(root).list()), e);
        }
    }
}
