package io.agentcgroup.journal.internal;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that only grows by whole lines, and its older parts {@code <file>.1} to {@code <file>.n}. Each line is one
 * {@code write} in append mode, so whoever is killed loses nothing that was written. A line that an earlier crash of the
 * machine left torn is moved to {@code <file>.torn}. Not thread-safe.
 */
final class LineFile implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LineFile.class);

    /** Commands can hold secrets: nobody but root and its group reads them. */
    private static final String FILE_MODE = "rw-r-----";
    private static final String FOLDER_MODE = "rwxr-x---";

    private static final int SCAN_BYTES = 64 * 1024;

    private final Path file;
    private final long rotateBytes;
    private final int keepFiles;

    /** Null while closed. No FileChannel here: it would be closed by an interrupt of the thread that happens to use it. */
    private FileOutputStream out;
    private long size;

    LineFile(Path file, long rotateBytes, int keepFiles) {
        this.file = file;
        this.rotateBytes = rotateBytes;
        this.keepFiles = keepFiles;
    }

    /** Adds a line. When this fails the file is as before, or is put right when it is opened again. */
    void append(byte[] line) throws IOException {
        open();
        if (size > 0 && size + line.length > rotateBytes) {
            rotate();
            open();
        }
        try {
            out.write(line);
            size += line.length;
        } catch (IOException e) {
            takeBackWhatWasWritten(e);
            closeQuietly(e);
            throw e;
        }
    }

    /** Brings what was written to the disk. */
    void sync() throws IOException {
        if (out != null) {
            out.getFD().sync();
        }
    }

    /** @return the file and its older parts that exist, newest first, opened so that a rotation does not move them away */
    List<RandomAccessFile> openForReading() throws IOException {
        List<RandomAccessFile> parts = new ArrayList<>();
        for (int i = 0; i <= keepFiles; i++) {
            if (Files.exists(part(i))) {
                parts.add(new RandomAccessFile(part(i).toFile(), "r"));
            }
        }
        return parts;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }

    private void open() throws IOException {
        if (out != null) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOLDER_MODE)));
        if (Files.notExists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FILE_MODE)));
        }
        setTornLineAside();
        out = new FileOutputStream(file.toFile(), true);
        size = Files.size(file);
    }

    private void takeBackWhatWasWritten(IOException cause) {
        try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "rw")) {
            whole.setLength(size);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The next attempt opens anew: the folder may be another one by then. */
    private void closeQuietly(IOException cause) {
        try {
            close();
        } catch (IOException e) {
            cause.addSuppressed(e);
            out = null;
        }
    }

    private void rotate() throws IOException {
        sync();
        close();
        for (int i = keepFiles; i > 0; i--) {
            if (Files.exists(part(i - 1))) {
                Files.move(part(i - 1), part(i), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private Path part(int number) {
        return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
    }

    private void setTornLineAside() throws IOException {
        try (RandomAccessFile lines = new RandomAccessFile(file.toFile(), "rw")) {
            long whole = endOfLastWholeLine(lines);
            long torn = lines.length() - whole;
            if (torn == 0) {
                return;
            }
            Path aside = file.resolveSibling(file.getFileName() + ".torn");
            try (FileOutputStream to = new FileOutputStream(aside.toFile(), true)) {
                Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(FILE_MODE));
                to.write(read(lines, whole, (int) Math.min(torn, rotateBytes)));
                to.write('\n');
                to.getFD().sync();
            }
            lines.setLength(whole);
            LOG.warn("the last line of {} was torn by a crash; its {} bytes are kept in {}", file, torn, aside);
        }
    }

    private static long endOfLastWholeLine(RandomAccessFile lines) throws IOException {
        for (long end = lines.length(); end > 0;) {
            long start = Math.max(0, end - SCAN_BYTES);
            byte[] chunk = read(lines, start, (int) (end - start));
            for (int i = chunk.length - 1; i >= 0; i--) {
                if (chunk[i] == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    private static byte[] read(RandomAccessFile lines, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        lines.seek(position);
        lines.readFully(bytes);
        return bytes;
    }
}
