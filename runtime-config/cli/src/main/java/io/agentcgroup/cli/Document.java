package io.agentcgroup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;

/** What {@code --json} prints: the same head in every document, then the command's own fields. */
public final class Document {

    /** Set to {@code guest} by whoever starts a command inside the virtual machine. */
    private static final String WHERE_VARIABLE = "AGENTCGROUP_WHERE";

    private static final JSON WRITER = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private Document() {
    }

    /**
     * @param name the command's, as in {@code agentcgroup.<name>/v1}
     * @param fields the command's own; those that the head has too replace the head's
     */
    public static String of(String name, Map<String, ?> fields) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", "agentcgroup." + name + "/v1");
        document.put("where", System.getenv().getOrDefault(WHERE_VARIABLE, "host"));
        document.put("kernel", kernel());
        document.put("started", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        document.putAll(fields);
        try {
            return WRITER.asString(document);
        } catch (IOException e) {
            throw new CommandException("cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    private static String kernel() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        } catch (IOException e) {
            throw new CommandException("no /proc here: " + e.getMessage(), e);
        }
    }
}
