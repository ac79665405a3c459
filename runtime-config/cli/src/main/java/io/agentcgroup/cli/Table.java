package io.agentcgroup.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest value, two spaces between. */
public final class Table {

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
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(String.format("%-" + widths[i] + "s", row.get(i)));
                line.append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
