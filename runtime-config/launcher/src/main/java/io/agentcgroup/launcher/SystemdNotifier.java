package io.agentcgroup.launcher;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the service is ready. By {@code systemd-notify}, which is wherever systemd is: the JDK has no datagram
 * sockets in the Unix domain. The unit therefore says {@code NotifyAccess=all}.
 */
final class SystemdNotifier {

    /** It sends one datagram; longer means that systemd does not listen, and its own timeout will say so. */
    private static final long AT_MOST_S = 5;

    private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

    private SystemdNotifier() {
    }

    static void ready() throws InterruptedException {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        try {
            Process notify = new ProcessBuilder("systemd-notify", "--ready").inheritIO().start();
            if (!notify.waitFor(AT_MOST_S, TimeUnit.SECONDS)) {
                notify.destroyForcibly();
                LOG.warn("systemd-notify does not come back; systemd may think that we are not ready");
            } else if (notify.exitValue() != 0) {
                LOG.warn("systemd-notify says {}; systemd may think that we are not ready", notify.exitValue());
            }
        } catch (IOException e) {
            LOG.warn("systemd cannot be told that we are ready: {}", e.getMessage());
        }
    }
}
