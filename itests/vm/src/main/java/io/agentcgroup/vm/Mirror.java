package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Debian archive that this machine is set up to use: the guest's packages come from the same place.
 *
 * @param uri base address
 * @param options apt's options in the one-line format without brackets, such as {@code signed-by=...}; may be empty
 */
record Mirror(String uri, String options) {

    /** The keys of all Debian suites, of this release and its neighbours. */
    private static final String DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /** One archive that apt is told to use. */
    private record Entry(String uri, List<String> suites, List<String> components, Map<String, String> options) {
    }

    /**
     * Finds the archive of the running release in apt's configuration.
     *
     * @param aptFolder {@code /etc/apt}
     * @param codename of the running release, such as {@code bookworm}
     */
    static Mirror find(Path aptFolder, String codename) throws GuestException {
        try {
            List<Entry> entries = new ArrayList<>();
            for (Path file : sourceFiles(aptFolder)) {
                String text = Files.readString(file);
                entries.addAll(file.toString().endsWith(".sources") ? deb822(text) : oneLine(text));
            }
            return entries.stream()
                    .filter(entry -> entry.suites().contains(codename) && entry.components().contains("main"))
                    .findFirst().map(Mirror::of)
                    .orElseThrow(() -> new GuestException("apt on this machine has no source for Debian " + codename
                            + " main (looked in " + aptFolder + "), so the guest's kernel cannot be fetched"));
        } catch (IOException e) {
            throw e instanceof GuestException known ? known
                    : new GuestException("The apt sources in " + aptFolder + " cannot be read: " + e.getMessage(), e);
        }
    }

    String sourceLine(String suite) {
        return "deb " + (options.isEmpty() ? "" : "[" + options + "] ") + uri + " " + suite + " main\n";
    }

    private static Mirror of(Entry entry) {
        Map<String, String> options = new LinkedHashMap<>(entry.options());
        // A release's own source may name its own key only; other suites of the archive are signed by others of the ring.
        if (Files.exists(Path.of(DEBIAN_KEYRING))) {
            options.put("signed-by", DEBIAN_KEYRING);
        }
        return new Mirror(entry.uri(), options.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue()).collect(Collectors.joining(" ")));
    }

    private static List<Path> sourceFiles(Path aptFolder) throws IOException {
        List<Path> files = new ArrayList<>();
        Path parts = aptFolder.resolve("sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> list = Files.list(parts)) {
                list.filter(file -> file.toString().endsWith(".sources") || file.toString().endsWith(".list"))
                        .sorted().forEach(files::add);
            }
        }
        Path single = aptFolder.resolve("sources.list");
        if (Files.exists(single)) {
            files.add(0, single);
        }
        return files;
    }

    private static List<Entry> deb822(String text) {
        List<Entry> entries = new ArrayList<>();
        for (Map<String, String> stanza : DebPackage.stanzas(text)) {
            if (!words(stanza.get("types")).contains("deb") || "no".equals(stanza.get("enabled"))) {
                continue;
            }
            Map<String, String> options = new LinkedHashMap<>();
            Optional.ofNullable(stanza.get("trusted")).ifPresent(value -> options.put("trusted", value));
            // An inline key has several lines and no place in the one-line format; a ring is a path.
            Optional.ofNullable(stanza.get("signed-by")).filter(ring -> ring.startsWith("/"))
                    .ifPresent(ring -> options.put("signed-by", ring));
            for (String uri : words(stanza.get("uris"))) {
                entries.add(new Entry(uri, words(stanza.get("suites")), words(stanza.get("components")), options));
            }
        }
        return entries;
    }

    private static List<Entry> oneLine(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.lines().map(String::strip).filter(line -> line.startsWith("deb ")).toList()) {
            String rest = line.substring("deb ".length()).strip();
            Map<String, String> options = new LinkedHashMap<>();
            if (rest.startsWith("[") && rest.contains("]")) {
                for (String option : words(rest.substring(1, rest.indexOf(']')))) {
                    int equals = option.indexOf('=');
                    if (option.startsWith("trusted=") || option.startsWith("signed-by=")) {
                        options.put(option.substring(0, equals), option.substring(equals + 1));
                    }
                }
                rest = rest.substring(rest.indexOf(']') + 1).strip();
            }
            List<String> words = words(rest.replaceFirst("#.*", ""));
            if (words.size() >= 3) {
                entries.add(new Entry(words.get(0), List.of(words.get(1)), words.subList(2, words.size()), options));
            }
        }
        return entries;
    }

    private static List<String> words(String value) {
        return value == null || value.isBlank() ? List.of() : Arrays.asList(value.strip().split("\\s+"));
    }
}
