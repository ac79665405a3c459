package io.agentcgroup.vm;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel to boot.
 *
 * @param release as {@code uname -r} will say, or {@code unknown} where the image does not tell
 * @param image the bzImage or vmlinux
 * @param modules the folder with its modules; empty when it has none that we know of
 */
record Kernel(String release, Path image, Optional<Path> modules) {

    /** Offsets in a bzImage's real-mode header: Documentation/arch/x86/boot.rst. */
    private static final int HEADER_MAGIC = 0x202;
    private static final int HEADER_VERSION_POINTER = 0x20e;
    private static final int HEADER_VERSION_BASE = 0x200;
    private static final int LONGEST_VERSION = 256;

    /** Reads the release out of a kernel image. */
    static String releaseOf(Path image) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            byte[] start = new byte[HEADER_VERSION_POINTER + 2];
            file.readFully(start);
            if (start[0] == 0x7f && start[1] == 'E' && start[2] == 'L' && start[3] == 'F') {
                return "unknown";
            }
            if (!"HdrS".equals(new String(start, HEADER_MAGIC, 4, StandardCharsets.ISO_8859_1))) {
                throw new GuestException(image + " is not a kernel that can be booted: neither a bzImage nor an ELF vmlinux");
            }
            int pointer = (start[HEADER_VERSION_POINTER] & 0xff) | (start[HEADER_VERSION_POINTER + 1] & 0xff) << 8;
            file.seek(HEADER_VERSION_BASE + pointer);
            byte[] version = new byte[LONGEST_VERSION];
            int read = file.read(version);
            String text = new String(version, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
            return text.substring(0, text.indexOf('\0') < 0 ? text.length() : text.indexOf('\0')).split(" ")[0];
        } catch (java.io.EOFException e) {
            throw new GuestException(image + " is not a kernel that can be booted: it is too short", e);
        }
    }
}
