package io.agentcgroup.shim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One thing that the shim must not change.
 *
 * @param name what it is about
 * @param needs programs without which it cannot be tried
 * @param script for a plain bash
 */
public record TransparencyCase(String name, List<String> needs, String script) {

    private static final String TABLE = "/transparency/cases.txt";
    private static final String HEADING = "### ";
    private static final String NEEDS = "#needs ";

    /** @return the table, in its order */
    public static List<TransparencyCase> all() {
        try (InputStream in = Objects.requireNonNull(TransparencyCase.class.getResourceAsStream(TABLE), TABLE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return parse(reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<TransparencyCase> parse(List<String> lines) {
        List<TransparencyCase> cases = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(HEADING)) {
                cases.add(parseOne(lines, i));
            }
        }
        return cases;
    }

    private static TransparencyCase parseOne(List<String> lines, int heading) {
        List<String> needs = new ArrayList<>();
        StringBuilder script = new StringBuilder();
        for (int i = heading + 1; i < lines.size() && !lines.get(i).startsWith(HEADING); i++) {
            String line = lines.get(i);
            if (line.startsWith(NEEDS)) {
                needs.add(line.substring(NEEDS.length()));
            } else {
                script.append(line).append('\n');
            }
        }
        return new TransparencyCase(lines.get(heading).substring(HEADING.length()), needs, script.toString());
    }
}
