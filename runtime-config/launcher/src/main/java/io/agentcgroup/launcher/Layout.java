package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Where things are on this machine.
 *
 * @param home the unpacked distribution; only read
 * @param conf the operator's configuration; only read
 * @param run sockets and the process id; gone after a reboot
 * @param state what outlives a restart: journal, logs, deployed bundles
 */
public record Layout(Path home, Path conf, Path run, Path state) {

    static final String HOME = "agentcgroup.home";
    static final String CONF = "agentcgroup.conf";
    static final String RUN = "agentcgroup.run";
    static final String STATE = "agentcgroup.state";

    private static final String SECRET = "secret:";

    /** @return the folders that the start script names as system properties */
    public static Layout fromSystemProperties() {
        return new Layout(folder(HOME), folder(CONF), folder(RUN), folder(STATE));
    }

    private static Path folder(String property) {
        String value = System.getProperty(property);
        if (value == null || value.isBlank()) {
            throw new LaunchException("system property " + property + " is not set; start by bin/agentcgroup");
        }
        return Path.of(value).toAbsolutePath().normalize();
    }

    /** The file of this name in the operator's folder, else the one shipped. */
    Path configuration(String name) {
        Path own = conf.resolve(name);
        return Files.exists(own) ? own : home.resolve("conf").resolve(name);
    }

    Path features() {
        return home.resolve("features");
    }

    Path bundles() {
        return home.resolve("bundles");
    }

    /** Bundles dropped here are installed while the daemon runs. */
    public Path deploy() {
        return state.resolve("deploy");
    }

    Path frameworkStorage() {
        return state.resolve("framework");
    }

    /** @return for unpacked native libraries and the like */
    public Path temporary() {
        return state.resolve("tmp");
    }

    /** Makes the folders that the daemon writes to. Agents must reach their sockets in the run folder, nothing in state. */
    public void create() throws IOException {
        createFolder(run, "rwxr-xr-x");
        createFolder(state, "rwx------");
        createFolder(deploy(), "rwx------");
        createFolder(temporary(), "rwx------");
    }

    private static void createFolder(Path folder, String permissions) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        }
    }

    /** @return what the framework, the features' properties and the bundles see */
    public Map<String, String> properties() {
        return Map.of(HOME, home.toString(), CONF, conf.toString(), RUN, run.toString(), STATE, state.toString());
    }

    /** What <code>${name}</code> stands for in a feature: a folder, or {@code secret:} and the name of a secret. */
    String variable(String name) {
        return name.startsWith(SECRET) ? new Secrets(state.resolve("secrets")).get(name.substring(SECRET.length()))
                : properties().get(name);
    }
}
