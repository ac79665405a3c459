package io.agentcgroup.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * An agent that does nothing but start calls and time them: the small C program {@code spawner.c}, driven from here.
 *
 * <p>It is a program of its own so that it can live in a session's {@code agent/} as agents do, and so that nothing of
 * a JVM is between the two clock readings of a call.
 */
public final class Spawner {

    private static final String BARRIER = "@";

    private final Path program;

    private Spawner(Path program) {
        this.program = program;
    }

    /** Puts the program into a folder. */
    public static Spawner in(Path folder) throws IOException {
        Path program = folder.resolve("spawner");
        try (InputStream shipped = Spawner.class.getResourceAsStream("spawner")) {
            if (shipped == null) {
                throw new IOException("this harness was built without its spawner");
            }
            Files.copy(shipped, program);
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Spawner(program);
    }

    /**
     * When calls start.
     *
     * @param parallel at most that many at once
     * @param every one at this pace; zero: as soon as there is room
     * @param gap idle time between the end of one and the start of the next
     */
    public record Pace(int parallel, Duration every, Duration gap) {

        public static final Pace BACK_TO_BACK = new Pace(1, Duration.ZERO, Duration.ZERO);

        public static Pace parallel(int atOnce) {
            return new Pace(atOnce, Duration.ZERO, Duration.ZERO);
        }

        public static Pace withGaps(Duration gap) {
            return new Pace(1, Duration.ZERO, gap);
        }

        public static Pace every(Duration interval, int atMostAtOnce) {
            return new Pace(atMostAtOnce, interval, Duration.ZERO);
        }
    }

    /**
     * How a call went.
     *
     * @param index its place in the list, from 0
     * @param startNs on {@code CLOCK_MONOTONIC}
     * @param endNs on {@code CLOCK_MONOTONIC}
     * @param exitCode empty when a signal ended it
     * @param signal empty when it exited
     */
    public record Result(int index, long startNs, long endNs, OptionalInt exitCode, OptionalInt signal) {

        public boolean started() {
            return exitCode.isPresent() || signal.isPresent();
        }

        public double micros() {
            return (endNs - startNs) / 1e3;
        }

        /** As a shell says it: 128 + n after signal n; -1 when it could not be started. */
        public int status() {
            return signal.isPresent() ? 128 + signal.getAsInt() : exitCode.orElse(-1);
        }

        static Result parse(String line) {
            String[] parts = line.split(" ");
            int status = Integer.parseInt(parts[3]);
            // The encoding of wait(2): the low seven bits are the signal, the next byte the exit code.
            int signal = status & 0x7f;
            boolean started = status >= 0;
            return new Result(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]),
                    started && signal == 0 ? OptionalInt.of(status >> 8 & 0xff) : OptionalInt.empty(),
                    started && signal != 0 ? OptionalInt.of(signal) : OptionalInt.empty());
        }
    }

    /** The program with its options: to be started as it is, or as the agent of a session. */
    public List<String> command(Pace pace) {
        return List.of(program.toString(), "-p", Integer.toString(pace.parallel()), "-e", micros(pace.every()), "-g",
                micros(pace.gap()));
    }

    /** In a list of calls: those after it wait until there is a file of that name. It is no call itself. */
    public static List<String> barrier(Path file) {
        return List.of(BARRIER + file);
    }

    private static String micros(Duration time) {
        return Long.toString(time.toNanos() / 1000);
    }

    /**
     * Starts it and gives it its calls.
     *
     * @param starter a process with {@link #command} in it; its standard input and output are taken
     * @param calls each an argument list without tabs and newlines
     * @param each told of each call when it is over, in the order of their ends
     */
    public static Running start(ProcessBuilder starter, List<List<String>> calls, Consumer<Result> each) throws IOException {
        Process process = starter.redirectInput(ProcessBuilder.Redirect.PIPE).redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        try (Writer plan = process.outputWriter(StandardCharsets.UTF_8)) {
            for (List<String> call : calls) {
                plan.write(String.join("\t", call) + "\n");
            }
        }
        CompletableFuture<List<Result>> results = CompletableFuture.supplyAsync(() -> read(process, each));
        return new Running(process, results, (int) calls.stream().filter(call -> !call.get(0).startsWith(BARRIER)).count());
    }

    private static List<Result> read(Process process, Consumer<Result> each) {
        List<Result> results = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Result result = Result.parse(line);
                results.add(result);
                each.accept(result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return results;
    }

    /** A spawner at work. */
    public static final class Running {

        private final Process process;
        private final CompletableFuture<List<Result>> results;
        private final int calls;

        private Running(Process process, CompletableFuture<List<Result>> results, int calls) {
            this.process = process;
            this.results = results;
            this.calls = calls;
        }

        public Process process() {
            return process;
        }

        /**
         * Waits for the last call.
         *
         * @return one result a call, in the order of the calls
         * @throws IOException if it ended before all calls were over
         */
        public List<Result> await() throws IOException, InterruptedException {
            List<Result> all;
            try {
                all = results.get();
            } catch (ExecutionException e) {
                throw new IOException("the spawner's report cannot be read", e.getCause());
            }
            int exit = process.waitFor();
            if (exit != 0 || all.size() != calls) {
                throw new IOException("the spawner ended with " + exit + " after " + all.size() + " of " + calls + " calls");
            }
            return all.stream().sorted(Comparator.comparingInt(Result::index)).toList();
        }
    }
}
