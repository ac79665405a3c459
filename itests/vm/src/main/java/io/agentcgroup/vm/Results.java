package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Unpacks what a guest left in {@code /results}. It comes out of a machine in which anything may have run, so only files
 * and folders are taken, with no owner or special rights of their own, and nothing of it can lead out of the folder.
 */
final class Results {

    private Results() {
    }

    /**
     * @param archive a tar archive
     * @param into the folder for its contents, made when missing; files of the same name are replaced
     * @param staging a folder that does not exist, on the way
     */
    static void unpack(Path archive, Path into, Path staging) throws IOException, InterruptedException {
        Files.createDirectories(staging);
        // GNU tar makes absolute names relative, refuses "..", and creates symbolic links last.
        HostTool.of("tar", "-x", "-f", archive.toString(), "-C", staging.toString(),
                "--no-same-owner", "--no-same-permissions", "--delay-directory-restore").orFail("Unpacking the guest's results");
        Files.createDirectories(into);
        Files.walkFileTree(staging, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target(folder));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // A link of the guest's, followed on this host, would show this host's files, or let a later run write them.
                if (attributes.isRegularFile()) {
                    Files.move(file, target(file), StandardCopyOption.REPLACE_EXISTING);
                }
                return FileVisitResult.CONTINUE;
            }

            private Path target(Path path) {
                return into.resolve(staging.relativize(path).toString());
            }
        });
        Folders.delete(staging);
    }
}
