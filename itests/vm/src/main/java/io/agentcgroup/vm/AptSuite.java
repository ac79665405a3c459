package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One suite of the Debian archive, seen through an apt of its own: private source list, private state, nothing
 * installed. So the machine's own package lists and packages stay as they are, and no root rights are needed.
 */
final class AptSuite implements PackageClosure.Archive {

    private final String suite;
    private final Mirror mirror;
    private final Path state;
    private final Progress progress;
    private boolean current;

    /** @param state a folder that is this suite's alone; its package lists stay there for the next time */
    AptSuite(String suite, Mirror mirror, Path state, Progress progress) {
        this.suite = suite;
        this.mirror = mirror;
        this.state = state;
        this.progress = progress;
    }

    /** Looks a package up, fetching the suite's package lists first if this has not been done. */
    @Override
    public Optional<DebPackage> find(String name) throws IOException, InterruptedException {
        update();
        HostTool.Output shown = HostTool.of(command("apt-cache", "show", "--no-all-versions", name)).run();
        return DebPackage.parse(shown.out()).stream().filter(found -> found.name().equals(name)).findFirst();
    }

    DebPackage get(String name) throws IOException, InterruptedException {
        return find(name).orElseThrow(() -> new GuestException(
                "The package " + name + " is not in Debian's suite " + suite + ", so the guest cannot be made from it"));
    }

    /** Fetches packages and unpacks them into a folder, without installing anything. */
    void unpack(String what, Collection<DebPackage> packages, Path into) throws IOException, InterruptedException {
        Path downloads = Files.createTempDirectory(state, "download-");
        try {
            download(what, packages, downloads);
            try (Stream<Path> files = Files.list(downloads)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".deb")).sorted().toList()) {
                    HostTool.of("dpkg-deb", "-x", file.toString(), into.toString()).orFail("Unpacking " + file.getFileName());
                }
            }
        } finally {
            Folders.delete(downloads);
        }
    }

    private void download(String what, Collection<DebPackage> packages, Path into) throws IOException, InterruptedException {
        long total = packages.stream().mapToLong(DebPackage::bytes).sum();
        Progress.Step step = progress.step("fetching " + what + " (" + Progress.megabytes(total) + ")");
        List<String> command = command("apt-get", "download", "-q");
        packages.forEach(item -> command.add(item.name() + "=" + item.version()));
        HostTool.of(command).in(into)
                .onTick(() -> step.still(Progress.megabytes(sizeOf(into)) + " of " + Progress.megabytes(total)))
                .orFail("Fetching " + what + " from Debian's suite " + suite);
        step.done("");
    }

    private void update() throws IOException, InterruptedException {
        if (current) {
            return;
        }
        Files.createDirectories(state.resolve("lists/partial"));
        Files.createDirectories(state.resolve("cache/archives/partial"));
        Files.writeString(state.resolve("sources.list"), mirror.sourceLine(suite));
        Progress.Step step = progress.step("fetching the package list of " + suite);
        HostTool.Output output = HostTool.of(command("apt-get", "update", "-q"))
                .onTick(() -> step.still("waiting for the archive")).run();
        // apt-get update says 0 when it could not reach the archive: its warnings are the evidence.
        if (output.code() != 0 || output.err().contains("Failed to fetch")) {
            throw new GuestException("Debian's package archive cannot be reached for suite " + suite
                    + ", and what the guest needs from it is not in the cache: " + reason(output));
        }
        step.done("");
        current = true;
    }

    /** The last word of apt is a general one. */
    private static String reason(HostTool.Output output) {
        return output.err().lines().filter(line -> line.contains("Failed to fetch")).findFirst().orElse(output.lastWord());
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program,
                "-o", "Dir::Etc::SourceList=" + state.resolve("sources.list"),
                "-o", "Dir::Etc::SourceParts=/dev/null",
                "-o", "Dir::Etc::Preferences=/dev/null",
                "-o", "Dir::Etc::PreferencesParts=/dev/null",
                "-o", "Dir::State=" + state,
                "-o", "Dir::State::Lists=" + state.resolve("lists"),
                "-o", "Dir::State::status=/dev/null",
                "-o", "Dir::Cache=" + state.resolve("cache"),
                // Images for containers switch apt's index off, and then each look-up takes a second.
                "-o", "Dir::Cache::pkgcache=pkgcache.bin",
                "-o", "Dir::Cache::srcpkgcache=srcpkgcache.bin",
                // The cache folder may be one that apt's own sandbox user cannot enter.
                "-o", "APT::Sandbox::User=root",
                "-o", "APT::Update::Error-Mode=any",
                "-o", "Acquire::Retries=2",
                "-o", "Acquire::http::Timeout=30",
                "-o", "Acquire::Languages=none",
                "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static long sizeOf(Path folder) {
        try {
            return Folders.extent(folder).bytes();
        } catch (IOException e) {
            return 0; // A file went away while we looked; only a progress line depends on it.
        }
    }
}
