package io.agentcgroup.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrintableTextTest {

    @Test
    void leavesPrintableTextAlone() {
        String text = "gcc -o \"größer\" 日本 \uD83D\uDE00 'x' \\n";
        assertSame(text, PrintableText.escape(text));
    }

    @Test
    void showsTerminalSequencesInsteadOfSendingThem() {
        assertEquals("\\x1b[2J\\x07\\t\\r\\n\\x7f\\x9b31m", PrintableText.escape("\u001b[2J\u0007\t\r\n\u007f\u009b31m"));
    }

    @Test
    void showsMarksThatReverseTheReadingOrder() {
        assertEquals("a\\u202eb\\u2066c\\u2028", PrintableText.escape("a\u202eb\u2066c\u2028"));
    }

    @Test
    void showsHalfCharacters() {
        assertEquals("\\ud83d|\\ude00", PrintableText.escape("\uD83D|\uDE00"));
    }

    @Test
    void cutsWhatIsTooLongAndSaysSo() {
        assertEquals("abcd", PrintableText.escape("abcd", 4));
        assertEquals("a...", PrintableText.escape("abcde", 4));
        assertEquals("...", PrintableText.escape("\uD83D\uDE00abc", 4), "never half a character");
        assertEquals("\\x1b...", PrintableText.escape("\u001b\u001b", 7));
    }

    @Test
    void whateverGoesInOneBoundedPrintableLineComesOut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.append((char) random.nextInt(0x10000));
            }
            String once = PrintableText.escape(text.toString(), 40);
            assertTrue(once.length() <= 40, () -> "seed " + seed);
            assertEquals(once, PrintableText.escape(once), () -> "seed " + seed);
            assertTrue(once.codePoints().noneMatch(Character::isISOControl), () -> "seed " + seed);
        }
    }
}
