package io.agentcgroup.console.security.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@link SecurityConfig}, checked. */
record Settings(Duration sessionIdle, Duration sessionMost, Set<String> hosts, boolean felixChanges, boolean upload, Optional<Path> uploadSigners) {

    private static final int DAY_S = 86_400;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws IllegalArgumentException if a value makes no sense; the message names it */
    static Settings of(SecurityConfig config) {
        Set<String> hosts = new HashSet<>(LOOPBACK);
        List.of(config.hosts()).forEach(host -> hosts.add(host.strip().toLowerCase(Locale.ROOT)));
        return new Settings(Duration.ofSeconds(within("session.idle.s", config.session_idle_s(), DAY_S)),
                Duration.ofSeconds(within("session.most.s", config.session_most_s(), 7 * DAY_S)), Set.copyOf(hosts),
                config.felix_changes(), config.upload(), signers(config.upload_signers().strip()));
    }

    /** The file itself is read at each upload: it may come later, and without it nothing is taken. */
    private static Optional<Path> signers(String file) {
        if (!file.isEmpty() && !file.startsWith("/")) {
            throw new IllegalArgumentException("upload.signers is the whole path of a file, not \"" + file + "\"");
        }
        return Optional.of(file).filter(name -> !name.isEmpty()).map(Path::of);
    }

    private static int within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " is 1 to " + most + ", not " + value);
        }
        return value;
    }
}
