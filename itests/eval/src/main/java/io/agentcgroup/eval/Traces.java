package io.agentcgroup.eval;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads folders of {@code agent-trace/v1} files: one gzip'd JSON document a run. */
final class Traces {

    private static final String SCHEMA = "agent-trace/v1";

    private Traces() {
    }

    /** @return the runs in the order of their file names */
    static List<Run> read(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Run> runs = files.filter(file -> file.getFileName().toString().matches(".*\\.json(\\.gz)?"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .map(Traces::readRun)
                    .toList();
            if (runs.isEmpty()) {
                throw new CommandException("no *.json.gz in " + folder);
            }
            return runs;
        } catch (IOException e) {
            throw new CommandException("cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Run readRun(Path file) {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return run(file.getFileName().toString(), JSON.std.mapFrom(in));
        } catch (IOException | ClassCastException | IllegalArgumentException | NullPointerException e) {
            throw new CommandException(file + " is no " + SCHEMA + " document: " + e.getMessage(), e);
        }
    }

    private static Run run(String name, Map<String, Object> document) {
        if (!SCHEMA.equals(document.get("schema"))) {
            throw new IllegalArgumentException("its schema is " + document.get("schema"));
        }
        List<double[]> samples = samples((List<?>) document.get("samples"));
        List<Run.Call> calls = new ArrayList<>();
        int leftOut = 0;
        for (Object entry : (List<?>) document.get("tool_calls")) {
            Map<?, ?> call = (Map<?, ?>) entry;
            if ("Bash".equals(call.get("tool"))) {
                Run.Call judged = call(call, samples);
                if (judged == null) {
                    leftOut++;
                } else {
                    calls.add(judged);
                }
            }
        }
        calls.sort(Comparator.comparingDouble(Run.Call::startS));
        return new Run(name, String.valueOf(document.get("task")), List.copyOf(calls), leftOut);
    }

    private static List<double[]> samples(List<?> entries) {
        List<double[]> samples = new ArrayList<>();
        for (Object entry : entries) {
            List<?> sample = (List<?>) entry;
            if (sample.get(1) != null) {
                samples.add(new double[] {number(sample.get(0)), number(sample.get(1))});
            }
        }
        return samples;
    }

    /** @return null if the call cannot be judged */
    private static Run.Call call(Map<?, ?> call, List<double[]> samples) {
        if (call.get("end") == null || call.get("start") == null) {
            return null;
        }
        double start = number(call.get("start"));
        double end = number(call.get("end"));
        double before = -1;
        double largest = -1;
        int inside = 0;
        for (double[] sample : samples) {
            if (sample[0] < start) {
                before = sample[1];
            } else if (sample[0] <= end) {
                largest = Math.max(largest, sample[1]);
                inside++;
            }
        }
        return inside < 2 || before < 0 ? null
                : new Run.Call(start, end, call.get("command") == null ? "" : call.get("command").toString(), largest - before);
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }
}
