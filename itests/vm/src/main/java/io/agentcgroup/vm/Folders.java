package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** What the JDK lacks for whole folders. Symbolic links are never followed. */
public final class Folders {

    private Folders() {
    }

    /** Removes it with all that is in it; nothing when it is not there. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                if (problem != null) {
                    throw problem;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** What the contents of a folder need on disk: sizes rounded up to file system blocks, and the number of files. */
    record Extent(long bytes, long files) {
    }

    static Extent extent(Path folder) throws IOException {
        long[] sums = new long[2];
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                count(attributes.size());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                count(attributes.isSymbolicLink() ? 0 : attributes.size());
                return FileVisitResult.CONTINUE;
            }

            private void count(long size) {
                sums[0] += (size + Ext4.BLOCK_BYTES - 1) / Ext4.BLOCK_BYTES * Ext4.BLOCK_BYTES;
                sums[1]++;
            }
        });
        return new Extent(sums[0], sums[1]);
    }
}
