package io.agentcgroup.api;

/** Makes text that an agent wrote fit to be shown in a terminal, a log or a sentence: one line, nothing that acts. */
public final class HostileText {

    private static final String CUT = "...";

    private HostileText() {
    }

    /**
     * Control characters, line ends, invisible and direction-changing characters and broken surrogates become
     * {@code \}{@code uXXXX}; letters of all languages stay.
     *
     * @param text whatever came
     * @param longest characters of {@code text} that are kept, at least 1
     * @return one harmless line
     */
    public static String oneLine(String text, int longest) {
        int end = Math.min(text.length(), Math.max(1, longest));
        StringBuilder line = new StringBuilder(end + CUT.length());
        for (int i = 0; i < end;) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (acts(c)) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        }
        return text.length() > end ? line.append(CUT).toString() : line.toString();
    }

    private static boolean acts(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED, Character.PRIVATE_USE -> true;
            default -> false;
        };
    }
}
