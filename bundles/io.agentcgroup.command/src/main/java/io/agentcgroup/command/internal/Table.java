package io.agentcgroup.command.internal;

import io.agentcgroup.api.PrintableText;
import java.util.ArrayList;
import java.util.List;

/** Columns of text. Whatever is put in is made safe for a terminal here, in one place. */
final class Table {

    private static final String GAP = "  ";
    /** A script in one cell must not push the other columns out of sight. */
    private static final int WIDEST_CELL = 60;
    private static final String NOTHING = "-";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    /** Adds a row; what is null is shown as {@code -}. */
    Table row(Object... values) {
        List<String> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value == null ? NOTHING : PrintableText.escape(value.toString(), WIDEST_CELL));
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(row.get(column)).append(" ".repeat(widths[column] - row.get(column).length())).append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
