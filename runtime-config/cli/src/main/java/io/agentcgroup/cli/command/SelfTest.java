package io.agentcgroup.cli.command;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;

/**
 * One real call, from session to outcome. Calls fail open, so a command that runs proves nothing: the kernel must say that
 * it ran in a call's cgroup.
 */
final class SelfTest {

    private static final String SESSION = "self-test";

    /** A call takes milliseconds, in a guest tens of them; what takes a thousand times as long does not work. */
    private static final int AT_MOST_S = 10;

    /** A cold daemon on a busy host; an agent's shim is less patient. */
    private static final int ANSWER_AT_MOST_MS = 5000;

    private final Place place;

    SelfTest(Place place) {
        this.place = place;
    }

    /** @throws CommandException if the call does not go through; says what was seen */
    void run() throws IOException, InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(place.program("agentcgroup-start"), "run", "--session", SESSION, "--",
                    place.program("agentcgroup-start"), "exec", "--session", SESSION, "--strict", "--", "cat", "/proc/self/cgroup");
            builder.environment().putAll(place.environment());
            // The first call loads classes; it is there to spare the first agent that.
            builder.environment().put("AGENTCGROUP_TIMEOUT_MS", Integer.toString(ANSWER_AT_MOST_MS));
            builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
            Process call = builder.start();
            if (!call.waitFor(AT_MOST_S, TimeUnit.SECONDS)) {
                call.destroyForcibly();
                throw new CommandException("the daemon runs, but a test call did not come back within " + AT_MOST_S + " s");
            }
            String output = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!output.contains("/" + SESSION + "/call-")) {
                throw new CommandException("the daemon runs, but a test call did not get a cgroup of its own: " + output);
            }
        } finally {
            place.control().ask("session-close", Map.of("session", SESSION));
        }
    }
}
