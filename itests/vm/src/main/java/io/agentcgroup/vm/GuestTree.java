package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A folder on the host that is laid out as the guest will see it, for {@code mke2fs -d}. Guest paths are absolute.
 *
 * <p>Debian's {@code /bin}, {@code /lib} and the like are links into {@code /usr}; a real folder of that name here would
 * hide the link in the guest, so such paths are laid under {@code /usr} from the start.
 */
final class GuestTree {

    /** How a file gets into the tree. */
    enum Mode {
        /** As a second name of the host's file where that is possible: nothing is read or written. */
        LINK,
        /** As a copy that belongs to root in the guest, whoever owns it here. */
        COPY_FOR_ROOT
    }

    private static final Set<String> MERGED_INTO_USR = Set.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwxr-xr-x");

    private final Path root;
    private final Mode mode;

    GuestTree(Path root, Mode mode) throws IOException {
        this.root = root;
        this.mode = mode;
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, DIRECTORY_MODE);
    }

    /** The place of a guest path in this tree. */
    Path place(String guestPath) throws GuestException {
        if (!guestPath.startsWith("/")) {
            throw new GuestException("A path in the guest must be absolute: " + guestPath);
        }
        Path relative = Path.of("/").relativize(Path.of(guestPath).normalize());
        if (relative.toString().isEmpty()) {
            return root;
        }
        return (MERGED_INTO_USR.contains(relative.getName(0).toString()) ? root.resolve("usr") : root).resolve(relative);
    }

    boolean has(String guestPath) throws GuestException {
        return Files.exists(place(guestPath), LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a folder and those above it, with mode 0755. */
    Path folder(String guestPath) throws IOException {
        return makeFolder(place(guestPath));
    }

    private Path makeFolder(Path place) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            makeFolder(place.getParent());
            Files.createDirectory(place);
            // Not at the mercy of this process' umask.
            Files.setPosixFilePermissions(place, DIRECTORY_MODE);
        }
        return place;
    }

    void write(String guestPath, String content) throws IOException {
        Path place = place(guestPath);
        makeFolder(place.getParent());
        // Never through a link into a file of the host.
        Files.deleteIfExists(place);
        Files.writeString(place, content);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Makes a link in the root folder itself, such as {@code bin} to {@code usr/bin}. */
    void symlinkInRoot(String name, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }

    void symlink(String guestPath, String target) throws IOException {
        Path place = place(guestPath);
        makeFolder(place.getParent());
        Files.deleteIfExists(place);
        Files.createSymbolicLink(place, Path.of(target));
    }

    /** Adds one file, folder (without its contents) or symbolic link of the host; anything else is left out. */
    void add(Path host, String guestPath) throws IOException {
        Path place = place(guestPath);
        BasicFileAttributes attributes = Files.readAttributes(host, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isDirectory()) {
            makeFolder(place);
            Files.setPosixFilePermissions(place, Files.getPosixFilePermissions(host));
            if (mode == Mode.LINK) {
                keepOwner(host, place);
            }
        } else if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && mode == Mode.LINK) {
            return;
        } else if (attributes.isSymbolicLink()) {
            symlink(guestPath, Files.readSymbolicLink(host).toString());
        } else if (attributes.isRegularFile()) {
            makeFolder(place.getParent());
            addFile(host, place);
        }
    }

    /** Adds a folder of the host with everything in it that {@code wanted} accepts. */
    void addAll(Path hostFolder, String guestPath, Predicate<Path> wanted) throws IOException {
        folder(guestPath);
        Files.walkFileTree(hostFolder, EnumSet.noneOf(FileVisitOption.class), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                if (!wanted.test(directory)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                add(directory, inGuest(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (wanted.test(file)) {
                    add(file, inGuest(file));
                }
                return FileVisitResult.CONTINUE;
            }

            private String inGuest(Path path) {
                return Path.of(guestPath).resolve(hostFolder.relativize(path).toString()).toString();
            }
        });
    }

    private void addFile(Path host, Path place) throws IOException {
        if (mode == Mode.LINK) {
            try {
                Files.createLink(place, host);
                return;
            } catch (IOException | UnsupportedOperationException e) {
                // Another device, or a user who may not link to root's files: a copy will do, if it may be read.
                if (!Files.isReadable(host)) {
                    return;
                }
            }
        }
        Files.copy(host, place, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        if (mode == Mode.LINK) {
            keepOwner(host, place);
        }
    }

    /** Only root can give files away, and only root's trees hold files of several owners. */
    private static void keepOwner(Path host, Path place) throws IOException {
        for (String owner : new String[] {"unix:uid", "unix:gid"}) {
            Object id = Files.getAttribute(host, owner, LinkOption.NOFOLLOW_LINKS);
            if (!id.equals(Files.getAttribute(place, owner, LinkOption.NOFOLLOW_LINKS)) && runByRoot()) {
                Files.setAttribute(place, owner, id, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    static boolean runByRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
