package io.agentcgroup.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the host to its end and collects what it says. */
final class HostTool {

    /** @param code exit code @param out standard output @param err standard error */
    record Output(int code, String out, String err) {

        /** The last line that a program printed on its way out is where it says why. */
        String lastWord() {
            String said = err.isBlank() ? out : err;
            List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
            return lines.isEmpty() ? "exit code " + code : lines.get(lines.size() - 1).strip();
        }
    }

    /** Called about every {@link #TICK} while the program runs, for signs of life. */
    interface Ticker {
        void tick();
    }

    /** Long enough not to be chatter, short enough that nobody thinks it hangs. */
    private static final Duration TICK = Duration.ofSeconds(10);

    private final List<String> command = new ArrayList<>();
    private Path directory;
    private Ticker ticker = () -> { };

    private HostTool(List<String> command) {
        this.command.addAll(command);
    }

    static HostTool of(String... command) {
        return new HostTool(List.of(command));
    }

    static HostTool of(List<String> command) {
        return new HostTool(command);
    }

    HostTool in(Path folder) {
        this.directory = folder;
        return this;
    }

    HostTool onTick(Ticker newTicker) {
        this.ticker = newTicker;
        return this;
    }

    /** Runs the program; a failure to end with 0 is a {@link GuestException} that says {@code purpose}. */
    Output orFail(String purpose) throws GuestException, InterruptedException {
        Output output = run();
        if (output.code() != 0) {
            throw new GuestException(purpose + " failed: " + command.get(0) + " said: " + output.lastWord());
        }
        return output;
    }

    /** Runs the program and returns what it said, whatever its exit code. */
    Output run() throws GuestException, InterruptedException {
        Process process = start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                ticker.tick();
            }
            return new Output(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new GuestException(command.get(0) + " could not be run: " + e.getMessage(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() throws GuestException {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        // What tools print is parsed and shown: one language.
        builder.environment().putAll(Map.of("LC_ALL", "C", "DEBIAN_FRONTEND", "noninteractive"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new GuestException("The program " + command.get(0) + " is needed for the guest but is not on this host", e);
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, task -> daemon(task, "host-tool").start());
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
