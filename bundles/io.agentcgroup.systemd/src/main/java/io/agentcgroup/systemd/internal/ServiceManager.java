package io.agentcgroup.systemd.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What systemd says to a service, by its environment.
 *
 * @param socket where it listens
 * @param watchdog after so long without a sign of life it starts the daemon anew; empty if it does not watch
 */
record ServiceManager(NotifySocket socket, Optional<Duration> watchdog) {

    /**
     * @param pid the one that is to be watched; a child inherits the environment and is not meant
     * @return empty if nobody listens
     */
    static Optional<ServiceManager> of(Map<String, String> environment, long pid) {
        String socket = environment.get("NOTIFY_SOCKET");
        if (socket == null || socket.isEmpty()) {
            return Optional.empty();
        }
        boolean meant = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid)).equals(Long.toString(pid));
        return Optional.of(new ServiceManager(new NotifySocket(socket), meant ? watchdog(environment.get("WATCHDOG_USEC")) : Optional.empty()));
    }

    private static Optional<Duration> watchdog(String us) {
        if (us == null || !us.matches("[1-9][0-9]{0,17}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.multiplyExact(Math.min(Long.parseLong(us), Duration.ofDays(365).toSeconds() * 1_000_000), 1_000)));
    }
}
