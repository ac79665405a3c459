package io.agentcgroup.console.browser;

import io.agentcgroup.container.Eventually;
import io.agentcgroup.container.Instance;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** An agent in a session of its own, which gives each line that it gets to the shell it finds on its path: the shim. */
final class Agent implements AutoCloseable {

    private static final String CODE = """
            import subprocess, sys
            for line in sys.stdin:
                subprocess.Popen(["bash", "-c", line.rstrip("\\n").encode().decode("unicode_escape")], stdin=subprocess.DEVNULL)
            """;

    private final Process process;
    private final BufferedWriter commands;

    Agent(Instance instance, String session) throws IOException {
        ProcessBuilder builder = instance.command("run", "--session", session, "--memory", "8g", "--", "python3", "-u", "-c", CODE);
        process = builder.redirectInput(ProcessBuilder.Redirect.PIPE).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve(session + ".sock")));
    }

    /** @param command in which {@code \\xhh} and {@code \\uhhhh} stand for characters */
    void run(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
