package io.agentcgroup.vm;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a kernel image: a bzImage (see Documentation/arch/x86/boot.rst of the kernel for its header) or an ELF vmlinux.
 */
final class KernelImage {

    private static final int SETUP_SECTORS = 0x1f1;
    private static final int MAGIC = 0x202;
    private static final int VERSION_POINTER = 0x20e;
    private static final int VERSION_BASE = 0x200;
    private static final int PAYLOAD_OFFSET = 0x248;
    private static final int PAYLOAD_LENGTH = 0x24c;
    private static final int HEADER_BYTES = 0x250;
    private static final int SECTOR_BYTES = 512;
    private static final int LONGEST_VERSION = 256;
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    /** The kernel's build appends the unpacked size to the compressed data. */
    private static final int SIZE_TRAILER_BYTES = 4;

    private KernelImage() {
    }

    /** The release as {@code uname -r} will say it, or {@code unknown} for a vmlinux, which does not tell in a known place. */
    static String release(Path image) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            ByteBuffer header = header(file, image);
            if (isElf(header)) {
                return "unknown";
            }
            file.seek(VERSION_BASE + Short.toUnsignedInt(header.getShort(VERSION_POINTER)));
            byte[] version = new byte[LONGEST_VERSION];
            int read = Math.max(file.read(version), 0);
            return new String(version, 0, read, StandardCharsets.ISO_8859_1).split("[ \0]", 2)[0];
        }
    }

    /** The kernel inside a bzImage, compressed, where it is compressed by zstd. */
    static Optional<byte[]> zstdPayload(Path image) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            ByteBuffer header = header(file, image);
            if (isElf(header)) {
                return Optional.empty();
            }
            int setupSectors = Byte.toUnsignedInt(header.get(SETUP_SECTORS));
            file.seek((setupSectors + 1L) * SECTOR_BYTES + header.getInt(PAYLOAD_OFFSET));
            byte[] payload = new byte[header.getInt(PAYLOAD_LENGTH) - SIZE_TRAILER_BYTES];
            file.readFully(payload);
            return Arrays.equals(payload, 0, ZSTD.length, ZSTD, 0, ZSTD.length) ? Optional.of(payload) : Optional.empty();
        }
    }

    private static ByteBuffer header(RandomAccessFile file, Path image) throws IOException {
        byte[] bytes = new byte[HEADER_BYTES];
        try {
            file.readFully(bytes);
        } catch (EOFException e) {
            throw new GuestException(image + " is not a kernel that can be booted: it is too short", e);
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean bzImage = "HdrS".equals(new String(bytes, MAGIC, 4, StandardCharsets.ISO_8859_1));
        if (!bzImage && !isElf(header)) {
            throw new GuestException(image + " is not a kernel that can be booted: neither a bzImage nor an ELF vmlinux");
        }
        return header;
    }

    private static boolean isElf(ByteBuffer header) {
        return Arrays.equals(header.array(), 0, ELF.length, ELF, 0, ELF.length);
    }
}
