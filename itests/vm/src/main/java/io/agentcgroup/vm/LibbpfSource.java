package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gets the libbpf that the distribution brings along: the one of the running Debian release when it is new enough, else that
 * of its backports, which runs on the release's own C library.
 */
public final class LibbpfSource {

    private static final String PACKAGE = "libbpf1";
    private static final String LIBRARY = "libbpf.so.1";
    private static final String LICENCE = "libbpf.copyright";

    /** What the loader asks for: struct_ops links, and schedulers whose kernel lacks a member that they leave empty. */
    private static final int LEAST_MAJOR = 1;
    private static final int LEAST_MINOR = 4;

    private final Cache cache;
    private final Debian debian;

    LibbpfSource(Cache cache, Debian debian) {
        this.cache = cache;
        this.debian = debian;
    }

    /**
     * Returns the folder with {@code libbpf.so.1} and {@code libbpf.copyright}, from the cache or from Debian's archive.
     *
     * @param progress told what is being fetched
     * @throws GuestException one sentence that says why there is none
     */
    public static Path folder(Consumer<String> progress) throws GuestException, InterruptedException {
        Progress steps = new Progress(progress);
        Cache cache = new Cache(Cache.defaultHome(), steps);
        return new LibbpfSource(cache, new Debian(cache, steps)).get();
    }

    /**
     * Copies the library and its licence into a folder, for the build of the distribution. Without one the distribution is
     * whole but for eBPF on hosts whose own libbpf is too old, so that is said and not an error.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path target = Path.of(arguments[0]);
        Path from;
        try {
            from = folder(System.err::println);
        } catch (GuestException e) {
            System.err.println("WARNING: the distribution brings no libbpf, so eBPF needs libbpf " + LEAST_MAJOR + "."
                    + LEAST_MINOR + " on the host: " + e.getMessage());
            return;
        }
        Files.createDirectories(target);
        for (String file : List.of(LIBRARY, LICENCE)) {
            Files.copy(from.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    Path get() throws GuestException, InterruptedException {
        String release = Debian.codename();
        return cache.entry("libbpf", release, false, making -> fetch(release, making));
    }

    private void fetch(String release, Path folder) throws IOException, InterruptedException {
        for (String suite : List.of(release, release + "-backports")) {
            AptSuite archive = debian.suite(suite);
            Optional<DebPackage> found = archive.find(PACKAGE).filter(LibbpfSource::isNewEnough);
            if (found.isPresent()) {
                Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
                archive.unpack("libbpf " + found.get().version(), List.of(found.get()), unpacked);
                keep(unpacked, folder);
                return;
            }
        }
        throw new GuestException("Debian " + release + " and its backports have no libbpf " + LEAST_MAJOR + "." + LEAST_MINOR
                + " or newer");
    }

    private static boolean isNewEnough(DebPackage found) {
        // Debian's epoch first: 1:1.4.6-1~bpo12+1
        String[] parts = found.version().replaceFirst("^\\d+:", "").split("[^0-9]+");
        int major = Integer.parseInt(parts[0]);
        int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        return major > LEAST_MAJOR || major == LEAST_MAJOR && minor >= LEAST_MINOR;
    }

    private static void keep(Path unpacked, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(unpacked)) {
            Path library = files.filter(file -> file.getFileName().toString().equals(LIBRARY)).findFirst()
                    .orElseThrow(() -> new GuestException("The package " + PACKAGE + " brought no " + LIBRARY));
            // A link to the file that has the full version in its name.
            Files.copy(library, folder.resolve(LIBRARY));
        }
        Files.move(unpacked.resolve("usr/share/doc/" + PACKAGE + "/copyright"), folder.resolve(LICENCE));
        Folders.delete(unpacked);
    }
}
