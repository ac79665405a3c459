package io.agentcgroup.cli.command;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;

/** A daemon that was just started and will outlive us. */
final class DaemonProcess {

    /** The daemon itself gives up waiting for its services after 240 s and says so; this is for one that hangs. */
    private static final int READY_AT_MOST_S = 300;

    /** From here on somebody may wonder; a usual start takes less. */
    private static final int PROGRESS_EVERY_S = 5;

    /** Of what a daemon that died said last: enough for a Java error with its cause. */
    private static final int LAST_LINES = 5;

    /** What the launcher's lines begin with. */
    private static final String READY = "ready ";
    private static final String ERROR = "error ";

    private final Process process;
    private final Path errors;

    private DaemonProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /**
     * In a session of its own, so that no terminal takes it along.
     *
     * @param moreFeatures to be started beside the configured ones
     */
    static DaemonProcess start(Place place, List<String> moreFeatures) throws IOException {
        Path log = place.log().getParent();
        Files.createDirectories(log);
        Path errors = log.resolve("daemon.err");
        ProcessBuilder builder = new ProcessBuilder("setsid", place.program("agentcgroup"), "daemon");
        Map<String, String> environment = builder.environment();
        environment.putAll(place.environment());
        // The log file has it all; what still comes to standard error is the Java machine's own.
        String options = "-Dagentcgroup.log.stderr=OFF -Dagentcgroup.features.more=" + String.join(",", moreFeatures);
        environment.merge("JAVA_OPTS", options, (own, added) -> own + " " + added);
        // Keeps no mount busy.
        builder.directory(new File("/"));
        builder.redirectInput(new File("/dev/null"));
        builder.redirectError(errors.toFile());
        return new DaemonProcess(builder.start(), errors);
    }

    /** @throws CommandException if it does not become ready; says why */
    void awaitReady() throws InterruptedException, IOException {
        String word = firstWord();
        if (word == null) {
            throw new CommandException("the daemon ended: " + lastWords());
        }
        if (word.startsWith(ERROR)) {
            throw new CommandException(word.substring(ERROR.length()));
        }
    }

    private String firstWord() throws InterruptedException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<String> word = CompletableFuture.supplyAsync(() -> {
            try {
                return wordFrom(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        for (int waitedS = 0; waitedS < READY_AT_MOST_S; waitedS += PROGRESS_EVERY_S) {
            try {
                return word.get(PROGRESS_EVERY_S, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                System.err.println("starting, " + (waitedS + PROGRESS_EVERY_S) + " s");
            } catch (ExecutionException e) {
                throw new CommandException("the daemon cannot be heard: " + e.getCause().getMessage(), e);
            }
        }
        process.destroy();
        throw new CommandException("the daemon was not ready after " + READY_AT_MOST_S + " s and was stopped");
    }

    /** @return the line in which the daemon says what has become of it; null if it never does */
    static String wordFrom(BufferedReader output) throws IOException {
        String line = output.readLine();
        // A bundle that is stopped before there is a log, or after it has gone, says what it has to say here too.
        while (line != null && !line.startsWith(READY) && !line.startsWith(ERROR)) {
            line = output.readLine();
        }
        return line;
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}
