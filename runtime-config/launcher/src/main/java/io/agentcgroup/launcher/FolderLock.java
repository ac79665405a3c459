package io.agentcgroup.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes one process the only one on a folder: a file there is locked, and says its process id. The kernel gives the lock
 * back when the process ends, however it ends, so nothing can be stale.
 */
final class FolderLock implements AutoCloseable {

    /** Longer than any process id, so that one read is enough. */
    private static final int PID_BYTES = 32;

    private final FileChannel channel;
    private final Path file;

    private FolderLock(FileChannel channel, Path file) {
        this.channel = channel;
        this.file = file;
    }

    /** @throws LaunchException if another process has it; says which */
    static FolderLock acquire(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        boolean acquired = false;
        try {
            acquired = tryLock(channel);
            if (!acquired) {
                throw new LaunchException("already running: process " + read(channel) + " serves " + file.getParent()
                        + "; stop it, or set AGENTCGROUP_RUN_DIR and AGENTCGROUP_STATE_DIR for a second one");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
            return new FolderLock(channel, file);
        } finally {
            if (!acquired) {
                channel.close();
            }
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held by this very process, which is another holder all the same.
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES);
        channel.read(bytes, 0);
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
    }

    /** Removes the file, then lets go of it. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
