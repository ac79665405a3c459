package io.agentcgroup.bpf.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** How the running kernel was configured, where it or its package tells. */
final class KernelConfig {

    private static final String NOT_SET = " is not set";

    private final Optional<Path> source;
    private final Map<String, String> options;

    private KernelConfig(Optional<Path> source, Map<String, String> options) {
        this.source = source;
        this.options = options;
    }

    /** @param root {@code /}, or a folder that stands for it */
    static KernelConfig read(Path root, String release) {
        for (String place : List.of("proc/config.gz", "boot/config-" + release, "lib/modules/" + release + "/config",
                "usr/lib/modules/" + release + "/config")) {
            Path file = root.resolve(place);
            if (Files.isReadable(file)) {
                try (InputStream raw = Files.newInputStream(file);
                        InputStream text = place.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
                    return new KernelConfig(Optional.of(file), parse(text));
                } catch (IOException e) {
                    // As good as absent: what it would tell is only used to explain.
                    continue;
                }
            }
        }
        return new KernelConfig(Optional.empty(), Map.of());
    }

    private static Map<String, String> parse(InputStream text) throws IOException {
        Map<String, String> options = new HashMap<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int equals = line.indexOf('=');
            if (line.startsWith("# CONFIG_") && line.endsWith(NOT_SET)) {
                options.put(line.substring(2, line.length() - NOT_SET.length()), "n");
            } else if (line.startsWith("CONFIG_") && equals > 0) {
                options.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return options;
    }

    /** @return the option's value, {@code n} when it is off or unknown to the kernel; empty when the kernel does not tell */
    Optional<String> option(String name) {
        return source.isEmpty() ? Optional.empty() : Optional.of(options.getOrDefault(name, "n"));
    }

    /** @return where it is written */
    Optional<Path> source() {
        return source;
    }
}
