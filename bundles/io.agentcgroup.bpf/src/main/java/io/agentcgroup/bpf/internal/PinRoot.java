package io.agentcgroup.bpf.internal;

import com.sun.jna.Memory;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfPins;
import io.agentcgroup.api.bpf.KernelFeature;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our folder in bpffs, which is mounted when it is first needed and missing. */
final class PinRoot implements BpfPins {

    static final Path BPFFS = Path.of("/sys/fs/bpf");

    private static final Logger LOG = LoggerFactory.getLogger(PinRoot.class);

    /** bpffs keeps names with dots for itself. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*");

    private final Path root;

    /** @param name of the folder; what bpffs does not take in it is replaced */
    PinRoot(String name) {
        this.root = BPFFS.resolve(name.replaceAll("[^A-Za-z0-9_-]", "_"));
    }

    Path path() {
        return root;
    }

    Path path(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name to pin by: \"" + name + "\" (a-z A-Z 0-9 _ - and /)");
        }
        return root.resolve(name);
    }

    /** @return where to pin; the folders to it are there */
    Path prepare(String name) {
        Path path = path(name);
        mount();
        makeFolder(path.getParent());
        return path;
    }

    /** Makes the root. */
    void prepare() {
        mount();
        makeFolder(root);
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw refused("make the folder " + folder, e);
        }
    }

    /** @return whether something can be pinned here, without mounting anything for good */
    Capability capability() {
        if (isUsable()) {
            return capability(true, "bpffs is mounted at " + BPFFS + "; pins are in " + root);
        }
        if (!Files.isDirectory(BPFFS)) {
            return capability(false, "there is no " + BPFFS + " to mount bpffs at");
        }
        try {
            tryMount();
            return capability(true, "bpffs is not mounted at " + BPFFS + ", and will be when it is needed");
        } catch (BpfException e) {
            return capability(false, "bpffs is not mounted at " + BPFFS + ", and cannot be: " + e.getMessage());
        }
    }

    private static Capability capability(boolean available, String reason) {
        return new Capability(KernelFeature.PIN.label(), available, reason);
    }

    private static void tryMount() {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("agentcgroup-bpffs");
            mount(folder);
            Libc.umount2(folder.toString(), Libc.MNT_DETACH);
        } catch (IOException e) {
            throw refused("make a folder to try it", e);
        } finally {
            deleteIfThere(folder);
        }
    }

    private static void deleteIfThere(Path folder) {
        try {
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove {}: {}", folder, e.toString());
        }
    }

    /** @return whether bpffs is mounted */
    boolean isUsable() {
        try (Memory statfs = new Memory(Libc.STATFS_BYTES)) {
            // f_type comes first.
            return Libc.statfs(BPFFS.toString(), statfs) == 0 && statfs.getLong(0) == Libc.BPF_FS_MAGIC;
        }
    }

    private synchronized void mount() {
        if (!isUsable()) {
            mount(BPFFS);
            LOG.info("Mounted bpffs at {}", BPFFS);
        }
    }

    private static void mount(Path folder) {
        if (Libc.mount("bpf", folder.toString(), "bpf", Libc.MS_NOSUID_NODEV_NOEXEC, null) != 0) {
            throw BpfLibrary.failure("mount bpffs at " + folder, Libc.errno());
        }
    }

    @Override
    public List<String> list(String folder) {
        return paths(folder, Integer.MAX_VALUE).filter(Files::isRegularFile).map(this::name).toList();
    }

    @Override
    public List<String> children(String folder) {
        Path at = folder(folder);
        return paths(folder, 1).filter(path -> !path.equals(at)).map(path -> path.getFileName().toString()).toList();
    }

    @Override
    public boolean exists(String name) {
        return isUsable() && Files.isRegularFile(path(name));
    }

    @Override
    public int remove(String name) {
        return removeTree(path(name));
    }

    @Override
    public int removeAll() {
        return removeTree(root);
    }

    private int removeTree(Path top) {
        int removed = 0;
        // What is in a folder comes before the folder.
        for (Path path : paths(top, Integer.MAX_VALUE).sorted(Comparator.reverseOrder()).toList()) {
            boolean pin = Files.isRegularFile(path);
            try {
                if (Files.deleteIfExists(path) && pin) {
                    removed++;
                }
            } catch (DirectoryNotEmptyException e) {
                // Somebody pins just now; what is his stays.
                LOG.debug("{} is in use", path);
            } catch (IOException e) {
                throw refused("remove " + path, e);
            }
        }
        return removed;
    }

    private Path folder(String name) {
        return name.isEmpty() ? root : path(name);
    }

    private Stream<Path> paths(String folder, int depth) {
        return paths(folder(folder), depth);
    }

    /** @return what is there now, sorted; nothing when the folder is not there */
    private Stream<Path> paths(Path top, int depth) {
        if (!isUsable() || !Files.exists(top)) {
            return Stream.of();
        }
        try (Stream<Path> walk = Files.walk(top, depth)) {
            return walk.sorted().toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.of();
        } catch (IOException e) {
            throw refused("look into " + top, e);
        }
    }

    private String name(Path path) {
        return root.relativize(path).toString();
    }

    private static BpfException refused(String what, IOException e) {
        BpfException refused = new BpfException(what + ": " + e.getMessage(), 0, List.of());
        refused.initCause(e);
        return refused;
    }
}
