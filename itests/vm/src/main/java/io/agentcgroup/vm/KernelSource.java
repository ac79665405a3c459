package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Gets the kernel of a guest: a stock one from Debian's archive, or the caller's file with the modules beside it. */
final class KernelSource {

    /** Names the current version of the kernel for virtual machines: small, with the virtio drivers. */
    private static final String META_PACKAGE = "linux-image-cloud-amd64";

    private final Cache cache;
    private final Debian debian;

    KernelSource(Cache cache, Debian debian) {
        this.cache = cache;
        this.debian = debian;
    }

    /** @param refresh look for a newer version of a stock kernel even when one is in the cache */
    Kernel get(KernelChoice choice, boolean refresh) throws GuestException, InterruptedException {
        try {
            return choice.file().isPresent() ? ofFile(choice.file().get()) : stock(choice.suite().orElseThrow(), refresh);
        } catch (GuestException e) {
            throw e;
        } catch (IOException e) {
            throw new GuestException("The kernel " + choice.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Kernel stock(String suite, boolean refresh) throws IOException, InterruptedException {
        Path entry = cache.entry("kernel", suite, refresh, folder -> fetch(suite, folder));
        Path image = entry.resolve("vmlinuz");
        return new Kernel(Kernel.releaseOf(image), image, Optional.of(entry.resolve("modules")));
    }

    private void fetch(String suite, Path folder) throws IOException, InterruptedException {
        AptSuite archive = debian.suite(suite);
        String version = archive.get(META_PACKAGE).version();
        // Nothing of the host matters to the kernel, so no package counts as installed.
        PackageClosure closure = PackageClosure.of(List.of(META_PACKAGE), List.of(), archive, name -> name.startsWith("linux-"));
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        archive.unpack("kernel " + version, closure.missing().values(), unpacked);
        Path modules = onlyFolderIn(modulesParent(unpacked));
        String release = modules.getFileName().toString();
        // Debian 13 keeps image and configuration beside the modules, Debian 12 in /boot.
        move(folder.resolve("vmlinuz"), modules.resolve("vmlinuz"), unpacked.resolve("boot/vmlinuz-" + release));
        move(folder.resolve("config"), modules.resolve("config"), unpacked.resolve("boot/config-" + release));
        Files.move(modules, folder.resolve("modules"));
        Folders.delete(unpacked);
    }

    /** A kernel that somebody built: its modules are where {@code make modules_install} puts them, if it has any. */
    private static Kernel ofFile(Path image) throws IOException {
        String release = Kernel.releaseOf(image);
        Path beside = image.resolveSibling("lib/modules").resolve(release);
        Path onHost = Path.of("/lib/modules", release);
        return new Kernel(release, image, Stream.of(beside, onHost).filter(Files::isDirectory).findFirst());
    }

    private static Path modulesParent(Path unpacked) {
        Path merged = unpacked.resolve("usr/lib/modules");
        return Files.isDirectory(merged) ? merged : unpacked.resolve("lib/modules");
    }

    private static Path onlyFolderIn(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory).findFirst()
                    .orElseThrow(() -> new GuestException("The kernel packages brought no modules"));
        }
    }

    private static void move(Path to, Path... candidates) throws IOException {
        for (Path candidate : candidates) {
            if (Files.exists(candidate)) {
                Files.move(candidate, to);
                return;
            }
        }
        throw new GuestException("The kernel packages brought no " + to.getFileName());
    }
}
