package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Kernel modules in the order in which they must be loaded, each after what it depends on. The order is read from the
 * modules themselves: Debian's packages bring no index, it is made at installation.
 */
final class ModuleSet {

    private final Map<String, Path> available;
    private final Path busybox;
    private final Path unpackTo;
    private final Map<String, Path> chosen = new LinkedHashMap<>();

    /**
     * @param modules a folder like {@code /lib/modules/<release>}
     * @param busybox unpacks compressed modules, so that no kernel and no host needs to be able to
     * @param unpackTo where unpacked modules go
     */
    ModuleSet(Path modules, Path busybox, Path unpackTo) throws IOException {
        this.available = index(modules);
        this.busybox = busybox;
        this.unpackTo = unpackTo;
    }

    /** Adds a module and what it depends on. One that does not exist is taken to be built into the kernel. */
    void add(String name) throws IOException, InterruptedException {
        String key = canonical(name);
        Path file = available.get(key);
        if (file == null || chosen.containsKey(key)) {
            return;
        }
        Path unpacked = unpack(file, key);
        for (String dependency : dependencies(Files.readAllBytes(unpacked))) {
            add(dependency);
        }
        chosen.put(key, unpacked);
    }

    /** Names and files, in loading order. */
    Map<String, Path> inOrder() {
        return chosen;
    }

    private Path unpack(Path file, String key) throws IOException, InterruptedException {
        String name = file.getFileName().toString();
        Path target = unpackTo.resolve(key + ".ko");
        if (name.endsWith(".ko")) {
            return file;
        }
        String tool = name.endsWith(".xz") ? "xzcat" : name.endsWith(".gz") ? "zcat" : null;
        if (tool == null) {
            throw new GuestException("The kernel module " + file + " is compressed in a way that cannot be read here");
        }
        Process process = new ProcessBuilder(busybox.toString(), tool, file.toString())
                .redirectOutput(target.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        if (process.waitFor() != 0) {
            throw new GuestException("The kernel module " + file + " cannot be unpacked");
        }
        return target;
    }

    /** The section {@code .modinfo} holds NUL-terminated {@code key=value} strings. */
    static List<String> dependencies(byte[] module) {
        String text = new String(module, StandardCharsets.ISO_8859_1);
        int start = text.indexOf("\0depends=");
        if (start < 0) {
            return List.of();
        }
        start += "\0depends=".length();
        String value = text.substring(start, text.indexOf('\0', start));
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    private static Map<String, Path> index(Path modules) throws IOException {
        Map<String, Path> index = new HashMap<>();
        try (Stream<Path> files = Files.walk(modules)) {
            files.filter(file -> file.getFileName().toString().contains(".ko"))
                    .forEach(file -> index.put(canonical(file.getFileName().toString().replaceFirst("\\.ko.*", "")), file));
        }
        return index;
    }

    /** Files are named with dashes or underscores as it comes; the kernel takes both for one. */
    private static String canonical(String name) {
        return name.replace('-', '_');
    }
}
