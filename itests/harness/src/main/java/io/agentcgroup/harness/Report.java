package io.agentcgroup.harness;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The documents that the commands write with {@code --json}: the same head in each, then fields of its own. */
public final class Report {

    /** Set to {@code guest} by whoever starts a command inside the virtual machine. */
    public static final String WHERE_VARIABLE = "AGENTCGROUP_WHERE";

    private static final JSON JSON_WRITER = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    private final Map<String, Object> fields = new LinkedHashMap<>();

    /**
     * @param name the command's, as in {@code agentcgroup.<name>/v1}
     * @param tier which enforcement was in force
     */
    public Report(String name, String tier) throws IOException {
        fields.put("schema", "agentcgroup." + name + "/v1");
        fields.put("where", where());
        fields.put("tier", tier);
        fields.put("kernel", kernel());
        fields.put("started", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    }

    /** @return {@code host} or {@code guest} */
    public static String where() {
        return System.getenv().getOrDefault(WHERE_VARIABLE, "host");
    }

    /** @return the running kernel's release */
    public static String kernel() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    }

    public Report put(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    public Map<String, Object> fields() {
        return fields;
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON_WRITER.asString(fields) + "\n");
    }

    /** Values as a list, one digit after the point: a tenth of the unit is below what any clock here resolves. */
    public static List<Double> tenths(double[] values) {
        return Arrays.stream(values).mapToObj(Report::tenth).toList();
    }

    public static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
