package io.agentcgroup.gateway.internal.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the sockets. A socket is made in a folder that only we can enter, gets its owner and its rights there, and
 * is then renamed to its place: it never stands with wrong rights, and it replaces a stale one in one step.
 */
public final class RunFolder {

    /** Ends the name of every socket. */
    public static final String SUFFIX = ".sock";
    /** The administration's socket, without its suffix. No session can have it: sessions are told by the engine. */
    public static final String CONTROL = "control";

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final String STAGING = ".new";
    private static final Set<PosixFilePermission> FOLDER_RIGHTS = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> STAGING_RIGHTS = PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final Path staging;
    private final AtomicLong made = new AtomicLong();

    /** A socket in its place. */
    public record Bound(int fd, Path path, Object fileKey) {
    }

    /**
     * @throws IOException if the folder cannot be made, is not ours, or another daemon serves it
     */
    public RunFolder(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.staging = this.folder.resolve(STAGING);
        makeFolder(this.folder, FOLDER_RIGHTS);
        requireOurs(this.folder);
        Path control = path(CONTROL);
        if (Files.exists(control, LinkOption.NOFOLLOW_LINKS) && UnixSocket.isServed(control)) {
            throw new IOException("another daemon serves " + control + "; stop it, or choose another folder by agentcgroup.run");
        }
        makeFolder(staging, STAGING_RIGHTS);
        sweep(staging);
        sweep(this.folder);
    }

    /** @return where a socket of that name stands */
    public Path path(String name) {
        return folder.resolve(name + SUFFIX);
    }

    /** Makes a listening socket in its place. */
    public Bound bind(String name, Set<PosixFilePermission> rights, int uid, int gid) throws IOException {
        Path place = path(name);
        if (place.toString().getBytes(StandardCharsets.UTF_8).length > UnixSocket.LONGEST_PATH_BYTES) {
            throw new IOException("the path of a socket has at most " + UnixSocket.LONGEST_PATH_BYTES
                    + " bytes; nobody could connect to " + place);
        }
        Path temporary = staging.resolve(Long.toString(made.incrementAndGet()));
        int fd = UnixSocket.listen(temporary);
        try {
            Files.setAttribute(temporary, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(temporary, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            Files.setPosixFilePermissions(temporary, rights);
            Object key = key(temporary);
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new Bound(fd, place, key);
        } catch (IOException e) {
            UnixSocket.close(fd);
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Takes a socket's name away; not when somebody else has put his own there. */
    public void unlink(Bound socket) {
        try {
            if (Files.exists(socket.path(), LinkOption.NOFOLLOW_LINKS) && socket.fileKey().equals(key(socket.path()))) {
                Files.deleteIfExists(socket.path());
            }
        } catch (IOException e) {
            LOG.warn("{} stays behind", socket.path(), e);
        }
    }

    private static Object key(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return Map.copyOf(attributes);
    }

    private static void makeFolder(Path path, Set<PosixFilePermission> rights) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(rights));
        }
        // The umask may have taken some away.
        Files.setPosixFilePermissions(path, rights);
    }

    /** Whoever can rename in the folder can speak for the daemon. */
    private static void requireOurs(Path path) throws IOException {
        int owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        int we = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (owner != we) {
            throw new IOException(path + " belongs to user " + owner + ", but the daemon runs as user " + we);
        }
    }

    /** Stale sockets of a daemon that is gone: without them shims fail open at once. */
    private static void sweep(Path path) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, RunFolder::isSocket)) {
            for (Path stale : entries) {
                Files.deleteIfExists(stale);
            }
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0170000) == 0140000;
    }
}
