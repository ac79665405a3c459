package io.agentcgroup.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The guest's root file system: the host's own userland, cut down to a fixed list of Debian packages and what they depend
 * on, with the JDK that runs this program at the same path. The host's files are linked, not copied, and the image is
 * made without mounting. It is mounted read-only; what a run changes goes to an overlay.
 */
final class RootImage {

    /** To be changed with every change of what this class puts into the image, so that cached images are made anew. */
    private static final String LAYOUT = "1";

    /** An image of 0.6 GB, the linked tree's directories, and room for packages and copies. */
    private static final long DISK_NEEDED_BYTES = 2_000_000_000L;

    /** Parts of a JDK that no running program needs. */
    private static final Set<String> JDK_UNNEEDED = Set.of("jmods", "src.zip", "demo", "man", "legal", "docs", "sample");

    private final Cache cache;
    private final Debian debian;
    private final Progress progress;
    private final Path javaHome;

    RootImage(Cache cache, Debian debian, Progress progress) {
        this.cache = cache;
        this.debian = debian;
        this.progress = progress;
        this.javaHome = Path.of(System.getProperty("java.home"));
    }

    Path get() throws GuestException, InterruptedException {
        List<String> wanted = packages();
        List<DebPackage> host = Debian.installed();
        try {
            Path folder = cache.entry("root", key(wanted, host), false, making -> make(making, wanted, host));
            return folder.resolve("root.ext4");
        } catch (GuestException e) {
            throw e;
        } catch (IOException e) {
            throw new GuestException("The guest's root file system could not be made: " + e.getMessage(), e);
        }
    }

    /** Stands for all inputs, without a look at the network: packages to be fetched count by name. */
    private String key(List<String> wanted, List<DebPackage> host) throws IOException, InterruptedException {
        PackageClosure.Archive byNameOnly = name -> wanted.contains(name)
                ? Optional.of(new DebPackage(name, "", 0, List.of(), Set.of())) : Optional.empty();
        PackageClosure closure = PackageClosure.of(wanted, host, byNameOnly, name -> true);
        StringBuilder inputs = new StringBuilder(LAYOUT).append('\n').append(javaHome).append('\n')
                .append(Files.getLastModifiedTime(javaHome.resolve("lib/modules"))).append('\n');
        closure.installed().values().forEach(item -> inputs.append(item.name()).append(' ').append(item.version()).append('\n'));
        closure.missing().keySet().forEach(name -> inputs.append(name).append('\n'));
        return sha256(inputs.toString()).substring(0, 16);
    }

    private void make(Path making, List<String> wanted, List<DebPackage> host) throws IOException, InterruptedException {
        long free = Files.getFileStore(making).getUsableSpace();
        if (free < DISK_NEEDED_BYTES) {
            throw new GuestException("The guest's image needs " + Progress.megabytes(DISK_NEEDED_BYTES) + " of disk, and only "
                    + Progress.megabytes(free) + " are free in " + making.getParent());
        }
        AptSuite archive = debian.suite(Debian.codename());
        PackageClosure closure = PackageClosure.of(withJdk(wanted, host), host, archive, name -> true);
        GuestTree tree = new GuestTree(making.resolve("tree"), GuestTree.Mode.LINK);
        collect(tree, closure, archive, making);

        Folders.Extent extent = Folders.extent(making.resolve("tree"));
        Progress.Step step = progress.step("writing the root file system (" + extent.files() + " files, "
                + Progress.megabytes(extent.bytes()) + ")");
        Ext4.image(making.resolve("root.ext4"), making.resolve("tree"));
        Folders.delete(making.resolve("tree"));
        step.done("");
    }

    private void collect(GuestTree tree, PackageClosure closure, AptSuite archive, Path making)
            throws IOException, InterruptedException {
        Progress.Step step = progress.step("collecting the guest's userland from " + closure.installed().size()
                + " packages of this host");
        for (String merged : List.of("bin", "sbin", "lib", "lib64")) {
            tree.folder("/usr/" + merged);
            tree.symlinkInRoot(merged, "usr/" + merged);
        }
        addInstalled(tree, closure.installed().keySet());
        if (!closure.missing().isEmpty()) {
            Path fetched = Files.createDirectory(making.resolve("fetched"));
            archive.unpack("packages for the guest that this host does not have: "
                    + String.join(" ", closure.missing().keySet()), closure.missing().values(), fetched);
            tree.addAll(fetched, "/", path -> wanted("/" + fetched.relativize(path)));
            Folders.delete(fetched);
        }
        addJdk(tree);
        addAlternatives(tree);
        addSettings(tree);
        step.done("");
    }

    private static void addInstalled(GuestTree tree, Collection<String> names) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("dpkg-query", "-L"));
        command.addAll(names);
        String listed = HostTool.of(command).orFail("Listing the files of installed packages").out();
        // Notes about diverted files stand between the paths.
        for (String line : new TreeSet<>(listed.lines().filter(path -> path.startsWith("/")).toList())) {
            Path path = Path.of(line);
            if (wanted(line) && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !line.equals("/.")) {
                Path real = path.getParent().toRealPath().resolve(path.getFileName());
                if (!isMergedFolder(real)) {
                    tree.add(real, real.toString());
                    addByteCode(tree, real);
                }
            }
        }
    }

    private static boolean isMergedFolder(Path path) {
        return path.getNameCount() == 1 && Files.isSymbolicLink(path);
    }

    /** Python's compiled modules are made at installation and in no package's list; without them each start compiles. */
    private static void addByteCode(GuestTree tree, Path module) throws IOException {
        String name = module.getFileName().toString();
        if (!name.endsWith(".py")) {
            return;
        }
        Path folder = module.resolveSibling("__pycache__");
        String stem = name.substring(0, name.length() - "py".length());
        if (Files.isDirectory(folder)) {
            try (Stream<Path> compiled = Files.list(folder)) {
                for (Path file : compiled.filter(path -> path.getFileName().toString().startsWith(stem)).toList()) {
                    tree.add(file, file.toString());
                }
            }
        }
    }

    /** Documentation, manual pages and translations are of no use to a program. */
    private static boolean wanted(String path) {
        for (String unwanted : List.of("/usr/share/doc", "/usr/share/man", "/usr/share/info", "/usr/share/locale",
                "/usr/share/lintian", "/usr/share/bug", "/usr/share/doc-base", "/var/lib/dpkg", "/var/cache", "/var/log")) {
            if (path.startsWith(unwanted + "/") || path.equals(unwanted)) {
                return false;
            }
        }
        return true;
    }

    private void addJdk(GuestTree tree) throws IOException {
        tree.addAll(javaHome, javaHome.toString(), path -> !path.getParent().equals(javaHome)
                && !path.getParent().equals(javaHome.resolve("lib")) || !JDK_UNNEEDED.contains(path.getFileName().toString()));
        // Debian's JDK keeps its settings in /etc and links to them.
        try (Stream<Path> files = Files.walk(javaHome)) {
            for (Path link : files.filter(Files::isSymbolicLink).filter(Files::isRegularFile).toList()) {
                Path target = link.toRealPath();
                if (!target.startsWith(javaHome) && tree.has(link.toString())) {
                    tree.add(target, target.toString());
                    tree.add(link.resolveSibling(Files.readSymbolicLink(link)).normalize(),
                            link.resolveSibling(Files.readSymbolicLink(link)).normalize().toString());
                }
            }
        }
        tree.symlink("/usr/local/bin/java", javaHome.resolve("bin/java").toString());
    }

    /** The JDK's own package brings the libraries it is linked with; a JDK from elsewhere brings its own. */
    private List<String> withJdk(List<String> wanted, List<DebPackage> host) throws GuestException, InterruptedException {
        HostTool.Output owner = HostTool.of("dpkg-query", "-S", javaHome.resolve("bin/java").toString()).run();
        List<String> all = new ArrayList<>(wanted);
        if (owner.code() == 0) {
            all.add(owner.out().replaceFirst("(?s):.*", ""));
        }
        return all;
    }

    /** {@code awk}, {@code cc} and others are links that no package lists. */
    private static void addAlternatives(GuestTree tree) throws IOException {
        for (Path bin : List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"))) {
            try (Stream<Path> links = Files.list(bin)) {
                for (Path link : links.filter(Files::isSymbolicLink).toList()) {
                    Path alternative = Files.readSymbolicLink(link);
                    if (alternative.startsWith("/etc/alternatives") && Files.exists(link)
                            && tree.has(link.toRealPath().toString())) {
                        tree.add(alternative, alternative.toString());
                        tree.add(link, link.toString());
                    }
                }
            }
        }
    }

    private static void addSettings(GuestTree tree) throws IOException {
        for (String folder : List.of("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/home", "/opt", "/mnt", "/srv",
                "/var/tmp", "/var/lib", "/var/log", "/usr/local/lib")) {
            tree.folder(folder);
        }
        for (String accounts : List.of("passwd", "group")) {
            String master = Files.readString(Path.of("/usr/share/base-passwd", accounts + ".master")).replace(":*:", ":x:");
            tree.write("/etc/" + accounts, master + (accounts.equals("passwd")
                    ? "agent:x:1000:1000:an unprivileged user for tests:/home/agent:/bin/bash\n" : "agent:x:1000:\n"));
        }
        tree.write("/etc/shadow", "root:*:20000::::::\nagent:*:20000::::::\n");
        tree.write("/etc/hostname", "guest\n");
        tree.write("/etc/hosts", "127.0.0.1 localhost guest\n::1 localhost\n");
        tree.write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n");
        tree.write("/etc/shells", "/bin/sh\n/bin/bash\n/bin/dash\n/bin/zsh\n");
        tree.symlink("/etc/mtab", "/proc/self/mounts");
        for (String generated : List.of("/etc/ld.so.conf", "/etc/ld.so.cache", "/etc/pam.d")) {
            Path path = Path.of(generated);
            if (Files.isDirectory(path)) {
                tree.addAll(path, generated, file -> true);
            } else if (Files.exists(path)) {
                tree.add(path, generated);
            }
        }
    }

    private static List<String> packages() throws GuestException {
        try (InputStream list = RootImage.class.getResourceAsStream("guest-packages.txt")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new GuestException("The list of the guest's packages cannot be read", e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
