package io.agentcgroup.journal.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/** JSON lines in plain ASCII: whoever looks at the file in a terminal is safe from the escape sequences of agents. */
final class Json {

    private static final char REPLACEMENT = '\ufffd';

    private final JSON json;

    Json() {
        JsonFactory factory = new JsonFactoryBuilder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .characterEscapes(new DeleteTooEscaped())
                .build();
        json = JSON.builder(factory).build();
    }

    /** @return one line, its line end included */
    byte[] line(Map<String, Object> values) {
        try {
            byte[] text = json.asBytes(values);
            byte[] line = Arrays.copyOf(text, text.length + 1);
            line[text.length] = '\n';
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("values that are no JSON: " + values.keySet(), e);
        }
    }

    Map<String, Object> read(byte[] line) throws IOException {
        return json.mapFrom(line);
    }

    /**
     * @param longest characters to keep
     * @return the text with half surrogate pairs, which are no Unicode and no JSON, replaced
     */
    static String text(String text, int longest) {
        int end = Math.min(text.length(), longest);
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        StringBuilder whole = null;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (whole == null) {
                whole = new StringBuilder(text.substring(0, end));
            }
            whole.setCharAt(i, REPLACEMENT);
        }
        return whole != null ? whole.toString() : text.substring(0, end);
    }

    /** DEL is ASCII, but a control character all the same. */
    private static final class DeleteTooEscaped extends CharacterEscapes {

        private static final long serialVersionUID = 1L;
        private static final char DEL = 0x7f;

        private final int[] codes = standardAsciiEscapesForJSON();

        DeleteTooEscaped() {
            codes[DEL] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return codes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
