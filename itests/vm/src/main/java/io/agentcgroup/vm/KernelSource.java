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

    /** To be changed with every change of what this class keeps, so that cached kernels are fetched anew. */
    private static final String LAYOUT = "2-";

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
        Path entry = cache.entry("kernel", LAYOUT + suite, refresh, folder -> fetch(suite, folder));
        Path compressed = entry.resolve("vmlinuz");
        Path uncompressed = entry.resolve("vmlinux");
        return new Kernel(KernelImage.release(compressed), Files.exists(uncompressed) ? uncompressed : compressed,
                Optional.of(entry.resolve("modules")));
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
        uncompress(folder);
    }

    /**
     * A guest under emulation takes two seconds to unpack its own kernel. A kernel with the PVH entry boots unpacked; any
     * other, and one that cannot be unpacked here, boots as it is.
     */
    private void uncompress(Path folder) throws IOException, InterruptedException {
        Optional<byte[]> payload = KernelImage.zstdPayload(folder.resolve("vmlinuz"));
        if (payload.isEmpty() || !Files.readString(folder.resolve("config")).contains("CONFIG_PVH=y")) {
            return;
        }
        Path tools = Files.createDirectory(folder.resolve("tools"));
        AptSuite archive = debian.suite(Debian.codename());
        archive.unpack("zstd", List.of(archive.get("zstd")), tools);
        Path data = Files.write(tools.resolve("vmlinux.zst"), payload.get());
        HostTool.of(tools.resolve("usr/bin/zstd").toString(), "-q", "-d", data.toString(),
                "-o", folder.resolve("vmlinux").toString()).orFail("Unpacking the kernel");
        Folders.delete(tools);
    }

    /** A kernel that somebody built: its modules are where {@code make modules_install} puts them, if it has any. */
    private static Kernel ofFile(Path image) throws IOException {
        String release = KernelImage.release(image);
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
