package io.agentcgroup.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.osgi.framework.BundleException;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Folders;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.launcher.Container;
import io.agentcgroup.launcher.LaunchPlan;
import io.agentcgroup.launcher.Layout;

/**
 * What the appliance would find on this host: its own bundles are asked, in this process, with folders and a root in
 * cgroupfs that are gone afterwards. There is no engine, so no session or call is touched.
 */
final class Examination {

    /** What can be asked, and what answers. */
    private static final List<String> FEATURES = List.of("core", "enforcement", "gateway");

    /** On the class path; must be said before the first logger is made. */
    private static final String LOGGING = "io/agentcgroup/cli/logback.xml";

    private Examination() {
    }

    static Map<String, Object> of(Place place) throws IOException {
        Path folder = Files.createTempDirectory("agentcgroup-doctor");
        try {
            Layout layout = new Layout(place.home(), folder.resolve("conf"), folder.resolve("run"), folder.resolve("state"));
            layout.create();
            Files.createDirectories(layout.conf());
            System.setProperty("logback.configurationFile", LOGGING);
            // Native libraries are unpacked there, so it goes away with the rest.
            System.setProperty("jna.tmpdir", layout.temporary().toString());
            return ask(layout);
        } finally {
            Folders.delete(folder);
        }
    }

    private static Map<String, Object> ask(Layout layout) throws IOException {
        String root = "agentcgroup-doctor-" + ProcessHandle.current().pid();
        Map<String, String> ownRoot = Map.of("agentcgroup.root", root);
        PrintStream answers = System.out;
        // Standard output is the answer's, which may be read as JSON: a bundle that finds no log yet prints its warnings there.
        System.setOut(System.err);
        try (Container container = Container.start(layout, LaunchPlan.read(layout, FEATURES), ownRoot)) {
            if (!container.bundlesNotStarted().isEmpty()) {
                throw new CommandException("the host cannot be examined: " + String.join("; ", container.bundlesNotStarted()));
            }
            return new ControlClient(layout.run()).ask("doctor", Map.of());
        } catch (BundleException e) {
            throw new CommandException("the host cannot be examined: " + e.getMessage(), e);
        } finally {
            System.setOut(answers);
            Folders.delete(Folders.pins(root));
        }
    }
}
