package io.agentcgroup.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns as wide as their widest value, two spaces between; the last is wrapped at words. */
public final class Table {

    private static final String GAP = "  ";

    /** As wide as most terminals are made; what is piped is read by people too. */
    private static final int LINE = 120;

    /** Narrower than this no sentence can be read. */
    private static final int NARROWEST = 30;

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    /** Adds a row with as many values as there are heads; null is shown as {@code -}. */
    public Table row(Object... values) {
        if (values.length != rows.get(0).size()) {
            throw new IllegalArgumentException(values.length + " values for " + rows.get(0).size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? "-" : value.toString());
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        int last = rows.get(0).size() - 1;
        StringBuilder text = new StringBuilder();
        int[] widths = new int[last];
        rows.forEach(row -> Arrays.setAll(widths, column -> Math.max(widths[column], row.get(column).length())));
        int indent = Arrays.stream(widths).sum() + GAP.length() * last;
        boolean headless = rows.get(0).stream().allMatch(String::isEmpty);
        for (List<String> row : headless ? rows.subList(1, rows.size()) : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < last; column++) {
                line.append(String.format("%-" + Math.max(1, widths[column]) + "s", row.get(column))).append(GAP);
            }
            line.append(String.join("\n" + " ".repeat(indent), wrap(row.get(last), Math.max(NARROWEST, LINE - indent))));
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
