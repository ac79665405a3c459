package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Gets a QEMU: Debian's newest for this host, unpacked to a folder of ours, because a process spawn in the guest takes
 * 5 ms under QEMU 10 and 35 ms under the 7.2 of Debian 12. If that is not to be had, the installed one.
 */
final class QemuSource {

    private static final String PROGRAM = "qemu-system-x86_64";
    /** Packages made before Debian merged /lib into /usr/lib use the one or the other. */
    private static final List<String> LIBRARIES = List.of("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu");
    private static final List<String> FIRMWARE = List.of("usr/share/qemu", "usr/share/seabios");

    private final Cache cache;
    private final Debian debian;
    private final Progress progress;

    QemuSource(Cache cache, Debian debian, Progress progress) {
        this.cache = cache;
        this.debian = debian;
        this.progress = progress;
    }

    Qemu get(boolean refresh) throws GuestException, InterruptedException {
        try {
            Path folder = cache.entry("qemu", Debian.codename(), refresh, this::fetch);
            return unpacked(folder);
        } catch (GuestException problem) {
            Qemu installed = installed().orElseThrow(() -> new GuestException(
                    "No QEMU can be had for the guest (" + problem.getMessage() + "), and none is installed", problem));
            progress.say("using the installed QEMU " + installed.version() + ": " + problem.getMessage());
            return installed;
        }
    }

    private void fetch(Path folder) throws IOException, InterruptedException {
        String release = Debian.codename();
        AptSuite own = debian.suite(release);
        AptSuite newest = debian.suite(release + "-backports");
        DebPackage program = newest.find("qemu-system-x86").orElse(null);
        if (program == null) {
            newest = own;
            program = own.get("qemu-system-x86");
        }
        List<DebPackage> fromNewest = new ArrayList<>(List.of(program, newest.get("qemu-system-data")));
        newest.unpack("QEMU " + program.version(), fromNewest, folder);

        List<DebPackage> rest = new ArrayList<>(missingLibraries(program, own).values());
        rest.add(own.get("seabios"));
        own.unpack("firmware and " + (rest.size() - 1) + " libraries for QEMU", rest, folder);
        unpacked(folder);
    }

    /** Libraries that the program is linked with and the host lacks; not what QEMU's other packages would bring. */
    private static Map<String, DebPackage> missingLibraries(DebPackage program, AptSuite archive)
            throws IOException, InterruptedException {
        List<String> libraries = program.depends().stream().flatMap(List::stream).filter(name -> name.startsWith("lib")).toList();
        return PackageClosure.of(libraries, Debian.installed(), archive, name -> name.startsWith("lib")).missing();
    }

    /** Describes what was unpacked to {@code folder}, having seen it run. */
    private static Qemu unpacked(Path folder) throws GuestException, InterruptedException {
        Path program = folder.resolve("usr/bin").resolve(PROGRAM);
        String libraries = LIBRARIES.stream().map(folder::resolve).map(Path::toString).collect(Collectors.joining(":"));
        HostTool.Output output = HostTool.of("env", "LD_LIBRARY_PATH=" + libraries, program.toString(), "--version").run();
        if (output.code() != 0) {
            throw new GuestException("the QEMU from Debian's packages does not run here: " + output.lastWord());
        }
        return new Qemu(program.toString(), FIRMWARE.stream().map(folder::resolve).toList(),
                libraries, versionIn(output.out()));
    }

    private static Optional<Qemu> installed() throws InterruptedException {
        try {
            HostTool.Output output = HostTool.of(PROGRAM, "--version").run();
            return output.code() == 0
                    ? Optional.of(new Qemu(PROGRAM, List.of(), "", versionIn(output.out())))
                    : Optional.empty();
        } catch (GuestException e) {
            return Optional.empty();
        }
    }

    /** {@code "QEMU emulator version 10.0.2 (Debian ...)"} becomes {@code "10.0.2"}. */
    static String versionIn(String said) {
        return said.replaceFirst("(?s).*?version ", "").replaceFirst("(?s)\\s.*", "");
    }
}
