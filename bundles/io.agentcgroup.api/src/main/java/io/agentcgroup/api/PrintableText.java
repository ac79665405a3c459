package io.agentcgroup.api;

/**
 * Makes text that somebody else wrote safe to show: on a terminal, in a log, as one line of feedback. Agents, file names and
 * programs' output can hold escape sequences that move the cursor, rewrite what stands above, or reverse the reading order.
 *
 * <pre>{@code PrintableText.escape("make\u001b[2Kall\n")  // make\x1b[2Kall\n, in visible characters}</pre>
 */
public final class PrintableText {

    private static final String CUT = "...";

    private PrintableText() {
    }

    /**
     * @return the text with every character that is not printable written as {@code \t}, {@code \n}, {@code \r},
     *         {@code \xhh} or {@code \}{@code uhhhh}; the same object when there is none. Applied twice it changes nothing more.
     */
    public static String escape(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (!printable(text.codePointAt(i))) {
                return escapeFrom(text, i);
            }
        }
        return text;
    }

    /**
     * @param longest the most characters wanted, at least 3
     * @return as {@link #escape(String)}, ending in {@code ...} where it had to be cut
     */
    public static String escape(String text, int longest) {
        // No character gets shorter by escaping: what lies behind the bound need not be looked at.
        String escaped = escape(text.length() > longest ? text.substring(0, longest + 1) : text);
        return escaped.length() <= longest ? escaped : escaped.substring(0, endOfCut(escaped, longest)) + CUT;
    }

    private static int endOfCut(String escaped, int longest) {
        int end = longest - CUT.length();
        return end > 0 && Character.isHighSurrogate(escaped.charAt(end - 1)) ? end - 1 : end;
    }

    private static String escapeFrom(String text, int first) {
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
        int codePoint;
        for (int i = first; i < text.length(); i += Character.charCount(codePoint)) {
            codePoint = text.codePointAt(i);
            if (printable(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                appendEscaped(out, codePoint);
            }
        }
        return out.toString();
    }

    private static boolean printable(int codePoint) {
        if (codePoint < 0x7f) {
            return codePoint >= ' ';
        }
        return switch (Character.getType(codePoint)) {
            // FORMAT holds the marks that reverse the reading order.
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE -> false;
            default -> true;
        };
    }

    private static void appendEscaped(StringBuilder out, int codePoint) {
        switch (codePoint) {
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            default -> {
                if (codePoint <= 0xff) {
                    out.append(String.format("\\x%02x", codePoint));
                } else {
                    for (char c : Character.toChars(codePoint)) {
                        out.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
    }
}
