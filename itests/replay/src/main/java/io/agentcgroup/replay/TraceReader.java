package io.agentcgroup.replay;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.CommandException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Reads {@code agent-trace/v1} files, compressed or not. What is wrong with one is said with the place in it. */
public final class TraceReader {

    private static final String SCHEMA = "agent-trace/v1";

    /** The tool whose calls go through a shell. */
    private static final String SHELL = "Bash";

    /** A call takes some time, also where the record's clock saw none. */
    private static final double LEAST_CALL_S = 0.001;

    /** The first two bytes of everything that gzip wrote. */
    private static final int GZIP_MAGIC = 0x1f8b;

    private TraceReader() {
    }

    /** @throws CommandException with a sentence for people, if there is no such file or it is no trace */
    public static Trace read(Path file) {
        try (InputStream in = plain(new BufferedInputStream(Files.newInputStream(file)))) {
            return trace(name(file), JSON.std.mapFrom(in));
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no trace " + file, e);
        } catch (BadTrace e) {
            throw new CommandException(file + " is no " + SCHEMA + " document: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read as an " + SCHEMA + " document: " + firstLine(e), e);
        }
    }

    /** What is wrong, in the document's words. */
    private static final class BadTrace extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BadTrace(String message) {
            super(message);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("(\\.json)?(\\.gz)?$", "");
    }

    private static String firstLine(IOException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return message.lines().findFirst().orElse("");
    }

    private static InputStream plain(InputStream raw) throws IOException {
        raw.mark(2);
        int magic = raw.read() << 8 | raw.read();
        raw.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(raw) : raw;
    }

    private static Trace trace(String name, Map<String, Object> document) {
        if (!SCHEMA.equals(document.get("schema"))) {
            throw new BadTrace("its schema is " + document.get("schema"));
        }
        List<Trace.Sample> samples = samples(list(document, "samples"));
        double startS = samples.get(0).atS();
        double endS = samples.get(samples.size() - 1).atS();
        return new Trace(name, samples, calls(list(document, "tool_calls"), startS, endS));
    }

    private static List<?> list(Map<String, Object> document, String field) {
        if (document.get(field) instanceof List<?> list) {
            return list;
        }
        throw new BadTrace("it has no list \"" + field + "\"");
    }

    private static List<Trace.Sample> samples(List<?> entries) {
        List<Trace.Sample> samples = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String where = "samples[" + i + "]";
            if (!(entries.get(i) instanceof List<?> entry) || entry.size() < 2) {
                throw new BadTrace(where + " is not [seconds, bytes, percent]");
            }
            double atS = number(entry.get(0), where + ": the time");
            double bytes = number(entry.get(1), where + ": the memory");
            if (!samples.isEmpty() && atS <= samples.get(samples.size() - 1).atS()) {
                throw new BadTrace(where + ": time does not go on, " + atS + " s after " + samples.get(samples.size() - 1).atS() + " s");
            }
            if (bytes < 0) {
                throw new BadTrace(where + ": the memory is negative: " + entry.get(1));
            }
            samples.add(new Trace.Sample(atS, (long) bytes));
        }
        if (samples.size() < 2) {
            throw new BadTrace("fewer than two samples make no curve");
        }
        return List.copyOf(samples);
    }

    private static List<Trace.Call> calls(List<?> entries, double startS, double endS) {
        List<Map<?, ?>> calls = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i) instanceof Map<?, ?> call)) {
                throw new BadTrace("tool_calls[" + i + "] is no object");
            }
            number(call.get("start"), "tool_calls[" + i + "]: the start");
            calls.add(call);
        }
        calls.sort(Comparator.comparingDouble(call -> start(call)));
        List<Trace.Call> shell = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            if (SHELL.equals(calls.get(i).get("tool")) && start(calls.get(i)) <= endS) {
                // Without an end in the record it lasts until the agent's next step: that waited for it.
                double nextS = i + 1 < calls.size() ? start(calls.get(i + 1)) : endS;
                shell.add(call(calls.get(i), startS, endS, nextS));
            }
        }
        return List.copyOf(shell);
    }

    private static Trace.Call call(Map<?, ?> call, double firstS, double lastS, double nextS) {
        double startS = Math.max(firstS, start(call));
        double endS = call.get("end") == null ? nextS : number(call.get("end"), "the end of the call at " + startS + " s");
        Object command = call.get("command");
        return new Trace.Call(startS, Math.max(startS + LEAST_CALL_S, Math.min(endS, lastS)), command == null ? "" : command.toString());
    }

    private static double start(Map<?, ?> call) {
        return ((Number) call.get("start")).doubleValue();
    }

    private static double number(Object value, String what) {
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new BadTrace(what + " is no number: " + value);
    }
}
