package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelImageTest {

    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void readsTheReleaseOfABzImage() throws IOException {
        assertEquals("7.3.4+deb13-cloud-amd64", KernelImage.release(bzImage(ZSTD)));
    }

    @Test
    void findsTheCompressedKernelInABzImage() throws IOException {
        assertArrayEquals(ZSTD, KernelImage.zstdPayload(bzImage(ZSTD)).orElseThrow());
        assertTrue(KernelImage.zstdPayload(bzImage(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0})).isEmpty());
    }

    @Test
    void takesAnElfFileForAVmlinux() throws IOException {
        byte[] elf = new byte[4096];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F'}, 0, elf, 0, 4);
        assertEquals("unknown", KernelImage.release(Files.write(folder.resolve("vmlinux"), elf)));
    }

    @Test
    void refusesWhatIsNoKernel() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "hello");
        assertThrows(GuestException.class, () -> KernelImage.release(text));
        Path zeros = Files.write(folder.resolve("zeros"), new byte[4096]);
        assertThrows(GuestException.class, () -> KernelImage.release(zeros));
    }

    /** A header as in Documentation/arch/x86/boot.rst, with one setup sector. */
    private Path bzImage(byte[] payload) throws IOException {
        ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x1f1, (byte) 1);
        image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
        image.putShort(0x20e, (short) 0x100);
        image.put(0x300, "7.3.4+deb13-cloud-amd64 (builder) #1 SMP\0".getBytes(StandardCharsets.US_ASCII));
        image.putInt(0x248, 64);
        image.putInt(0x24c, payload.length + 4);
        image.put(2 * 512 + 64, payload);
        return Files.write(folder.resolve("vmlinuz"), image.array());
    }
}
