package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioWriterTest {

    private static final int HEADER_CHARACTERS = 110;

    @Test
    void alignsEveryEntryAndEndsWithTheTrailer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(bytes)) {
            cpio.folder("dev");
            cpio.device("dev/console", 5, 1);
            cpio.file("init", "12345");
        }
        String archive = bytes.toString(StandardCharsets.ISO_8859_1);
        assertEquals(0, archive.length() % 4);
        for (int at = archive.indexOf("070701"); at >= 0; at = archive.indexOf("070701", at + 1)) {
            assertEquals(0, at % 4);
        }
        assertEquals("TRAILER!!!", name(archive, archive.lastIndexOf("070701")));
        int file = archive.indexOf("070701", archive.indexOf("dev/console"));
        assertEquals("init", name(archive, file));
        assertEquals(5, field(archive, file, 6));
        assertTrue(archive.startsWith("12345", (file + HEADER_CHARACTERS + "init".length() + 1 + 3) / 4 * 4));
    }

    private static long field(String archive, int header, int index) {
        int at = header + 6 + 8 * index;
        return Long.parseLong(archive.substring(at, at + 8), 16);
    }

    private static String name(String archive, int header) {
        int at = header + HEADER_CHARACTERS;
        return archive.substring(at, at + (int) field(archive, header, 11) - 1);
    }
}
