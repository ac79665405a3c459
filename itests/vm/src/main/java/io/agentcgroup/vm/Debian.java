package io.agentcgroup.vm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Debian that this host runs, and the archive behind it. */
final class Debian {

    private final Cache cache;
    private final Progress progress;
    private final Map<String, AptSuite> suites = new HashMap<>();

    Debian(Cache cache, Progress progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /** A suite of the archive, such as {@code trixie-backports}. */
    AptSuite suite(String suite) throws GuestException {
        AptSuite known = suites.get(suite);
        if (known == null) {
            known = new AptSuite(suite, mirror(), cache.folder("apt/" + suite), progress);
            suites.put(suite, known);
        }
        return known;
    }

    /** Where packages come from; what is made from packages depends on it. */
    Mirror mirror() throws GuestException {
        return Mirror.find(Path.of("/etc/apt"), codename());
    }

    static String codename() throws GuestException {
        Map<String, String> release = osRelease();
        if (!"debian".equals(release.get("ID"))) {
            throw new GuestException("The guest is made from a Debian host's packages, and this host is "
                    + release.getOrDefault("PRETTY_NAME", "something else"));
        }
        return release.getOrDefault("VERSION_CODENAME", "unknown");
    }

    /** All packages installed on this host. */
    static List<DebPackage> installed() throws GuestException, InterruptedException {
        String format = "Package: ${Package}\\nVersion: ${Version}\\nX-Status: ${db:Status-Status}\\n"
                + "Depends: ${Depends}\\nPre-Depends: ${Pre-Depends}\\nProvides: ${Provides}\\n\\n";
        String control = HostTool.of("dpkg-query", "-W", "-f", format).orFail("Listing the installed packages").out();
        // A removed package whose configuration is still there is listed too.
        StringBuilder present = new StringBuilder();
        for (String stanza : control.split("\n\n")) {
            if (stanza.contains("\nX-Status: installed")) {
                present.append(stanza).append("\n\n");
            }
        }
        return DebPackage.parse(present.toString());
    }

    private static Map<String, String> osRelease() throws GuestException {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
                }
            }
        } catch (IOException e) {
            throw new GuestException("This host does not say what it is (/etc/os-release): " + e.getMessage(), e);
        }
        return values;
    }
}
