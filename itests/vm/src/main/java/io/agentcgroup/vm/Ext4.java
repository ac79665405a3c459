package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Makes ext4 images without mounting anything, so without root rights or loop devices. */
final class Ext4 {

    static final int BLOCK_BYTES = 4096;

    private static final int INODE_BYTES = 256;
    private static final long MIB = 1 << 20;

    private Ext4() {
    }

    /** An image with the contents of {@code tree}, just large enough; it is meant to be mounted read-only. */
    static void image(Path file, Path tree) throws IOException, InterruptedException {
        Folders.Extent extent = Folders.extent(tree);
        long inodes = extent.files() + 64;
        // Directories and extent trees take blocks of their own, the group tables a little for each 128 MiB.
        long bytes = extent.bytes() + inodes * INODE_BYTES + extent.bytes() / 32 + 8 * MIB;
        make(file, bytes, "-d", tree.toString(), "-N", Long.toString(inodes));
        if (!ownedByRoot(tree)) {
            giveToRoot(file, tree);
        }
    }

    /** An empty file system of {@code bytes}; the file is sparse and costs nothing until it is written. */
    static void empty(Path file, long bytes) throws IOException, InterruptedException {
        make(file, bytes);
    }

    private static void make(Path file, long bytes, String... options) throws IOException, InterruptedException {
        long blocks = (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            channel.write(java.nio.ByteBuffer.wrap(new byte[1]), blocks * BLOCK_BYTES - 1);
        }
        List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-t", "ext4", "-b", "" + BLOCK_BYTES,
                "-I", "" + INODE_BYTES, "-m", "0",
                // An image lives as long as its guest, or is read-only: nothing to replay.
                "-O", "^has_journal,^resize_inode", "-E", "lazy_itable_init=1,nodiscard,root_owner=0:0"));
        command.addAll(List.of(options));
        command.add(file.toString());
        command.add(Long.toString(blocks));
        HostTool.of(command).orFail("Making the file system " + file.getFileName());
    }

    private static boolean ownedByRoot(Path tree) throws IOException {
        return (int) Files.getAttribute(tree, "unix:uid") == 0;
    }

    /** Where a user other than root made the tree, everything in it is the user's; in the guest it must be root's. */
    private static void giveToRoot(Path file, Path tree) throws IOException, InterruptedException {
        Path commands = file.resolveSibling(file.getFileName() + ".owners");
        try (var files = Files.walk(tree)) {
            List<String> lines = new ArrayList<>();
            files.map(path -> "/" + tree.relativize(path)).filter(path -> path.indexOf('"') < 0).forEach(path -> {
                lines.add("sif \"" + path + "\" uid 0");
                lines.add("sif \"" + path + "\" gid 0");
            });
            Files.write(commands, lines);
        }
        HostTool.of("debugfs", "-w", "-f", commands.toString(), file.toString()).orFail("Giving the guest's files to root");
        Files.delete(commands);
    }
}
