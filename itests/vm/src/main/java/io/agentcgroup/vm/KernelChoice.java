package io.agentcgroup.vm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which kernel a guest boots: a stock kernel of Debian, by name, or a file.
 *
 * @param name as the user wrote it
 * @param suite the suite of the Debian archive whose current cloud kernel it is; empty for a file
 * @param file the kernel image; empty for a stock kernel
 */
public record KernelChoice(String name, Optional<String> suite, Optional<Path> file) {

    /** The newest stock kernel: cgroup v2 only, sched_ext, BTF. */
    public static final KernelChoice STOCK = stock("stock", "trixie-backports");

    private static final Map<String, String> SUITES = new LinkedHashMap<>();

    static {
        SUITES.put("stock", "trixie-backports");
        // Older stock kernels, for what must also work with less: 6.1 and 6.12 of Debian 12 have no sched_ext.
        SUITES.put("debian-12", "bookworm");
        SUITES.put("debian-12-backports", "bookworm-backports");
        SUITES.put("debian-13", "trixie");
        SUITES.put("debian-13-backports", "trixie-backports");
    }

    /** The names of the stock kernels that {@link #parse} knows, separated by commas. */
    public static final String STOCK_NAMES = String.join(", ", SUITES.keySet());

    /**
     * @param text the name of a stock kernel, or the path of a kernel image
     * @throws GuestException when it is neither
     */
    public static KernelChoice parse(String text) throws GuestException {
        if (SUITES.containsKey(text)) {
            return stock(text, SUITES.get(text));
        }
        Path file = Path.of(text).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw new GuestException("There is no kernel " + text + ": it is neither a file nor one of " + STOCK_NAMES);
        }
        return new KernelChoice(text, Optional.empty(), Optional.of(file));
    }

    private static KernelChoice stock(String name, String suite) {
        return new KernelChoice(name, Optional.of(suite), Optional.empty());
    }
}
