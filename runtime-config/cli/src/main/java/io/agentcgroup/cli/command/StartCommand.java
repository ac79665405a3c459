package io.agentcgroup.cli.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.launcher.Layout;
import io.agentcgroup.launcher.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup start}: the daemon in the background, ready when a call has gone through it. */
@Command(name = "start", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Start the appliance on this host.",
        footer = {"", "Ready means that a tool call has gone through. Sessions and calls of an earlier daemon are adopted.",
            "For a host that is to start it at boot there are the Debian package, and the units in systemd/ of the distribution."})
public final class StartCommand implements Subcommand, Callable<Integer> {

    private static final String CONSOLE = "console";

    @Option(names = "--console", description = "With the web console, this time. For always: feature console in agentcgroup.properties.")
    private boolean console;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Place place = Place.current();
        check(place);
        long startedNs = System.nanoTime();
        DaemonProcess daemon = DaemonProcess.start(place, console ? List.of(CONSOLE) : List.of());
        try {
            daemon.awaitReady();
            new SelfTest(place).run();
        } catch (CommandException e) {
            throw new CommandException(e.getMessage() + "; log: " + place.log(), e);
        }
        double seconds = Duration.ofNanos(System.nanoTime() - startedNs).toMillis() / 1e3;
        Object tier = place.control().ask("status", Map.of()).get("tier");
        System.out.printf("AgentCgroup is ready after %.1f s: tier %s%n", seconds, tier);
        System.out.println(Tiers.inWords(String.valueOf(tier)));
        Settings settings = Settings.read(Layout.fromSystemProperties());
        if (console || settings.features().contains(CONSOLE)) {
            ConsoleAccess.introduce(place, settings);
        }
        return 0;
    }

    /** What would make the daemon fail, found before it is started, and said in one sentence. */
    private static void check(Place place) throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            throw new CommandException("start needs root: it makes cgroups, and sockets for other users");
        }
        place.daemon().ifPresent(process -> {
            throw new CommandException("already running as process " + process.pid() + " (" + place.run() + ")");
        });
        if (Files.readString(Path.of("/proc/self/mountinfo")).lines().noneMatch(line -> line.contains(" - cgroup2 "))) {
            throw new CommandException("no cgroup2 file system is mounted; mount it with: "
                    + "mount -t cgroup2 none " + File.separator + "sys/fs/cgroup");
        }
    }
}
