package io.agentcgroup.vm;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes an archive in the kernel's initramfs format ("newc"), everything owned by root. */
final class CpioWriter implements Closeable {

    private static final int DIRECTORY = 0040755;
    private static final int EXECUTABLE = 0100755;
    private static final int CHARACTER_DEVICE = 0020600;
    private static final String TRAILER = "TRAILER!!!";

    private final OutputStream out;
    private long written;
    private int inode;

    CpioWriter(OutputStream out) {
        this.out = out;
    }

    void folder(String path) throws IOException {
        entry(path, DIRECTORY, 0, 0, new byte[0]);
    }

    void device(String path, int major, int minor) throws IOException {
        entry(path, CHARACTER_DEVICE, major, minor, new byte[0]);
    }

    void file(String path, byte[] content) throws IOException {
        entry(path, EXECUTABLE, 0, 0, content);
    }

    void file(String path, String content) throws IOException {
        file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    void file(String path, Path content) throws IOException {
        file(path, Files.readAllBytes(content));
    }

    private void entry(String path, int mode, int major, int minor, byte[] content) throws IOException {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08x", field));
        }
        write(header.toString().getBytes(StandardCharsets.US_ASCII));
        write(name);
        pad();
        write(content);
        pad();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    /** Headers and contents start at multiples of four. */
    private void pad() throws IOException {
        write(new byte[(int) (-written & 3)]);
    }

    @Override
    public void close() throws IOException {
        entry(TRAILER, 0, 0, 0, new byte[0]);
        out.close();
    }
}
