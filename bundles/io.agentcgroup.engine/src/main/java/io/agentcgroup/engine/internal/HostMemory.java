package io.agentcgroup.engine.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the whole host still has, as {@code /proc/meminfo} says.
 *
 * @param availableBytes what it could give without swapping; empty where the kernel does not say
 * @param swapFreeBytes room in swap, zram included
 */
record HostMemory(OptionalLong availableBytes, long swapFreeBytes) {

    static final HostMemory UNKNOWN = new HostMemory(OptionalLong.empty(), 0);

    private static final Logger LOG = LoggerFactory.getLogger(HostMemory.class);
    /** It is for what runs beside the agents, which have a budget of their own; and summing up takes a tenth of a look. */
    private static final long RECENT_NS = 200_000_000;
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";
    private static final String SWAP_FREE = "SwapFree:";
    private static final String UNIT = " kB";
    private static final int KIB = 1024;

    static HostMemory parse(String meminfo) {
        return new HostMemory(bytes(AVAILABLE, meminfo), bytes(SWAP_FREE, meminfo).orElse(0));
    }

    private static OptionalLong bytes(String key, String meminfo) {
        int line = meminfo.startsWith(key) ? 0 : meminfo.indexOf("\n" + key) + 1;
        int end = meminfo.indexOf(UNIT, line);
        if (end < 0 || !meminfo.startsWith(key, line)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(meminfo.substring(line + key.length(), end).strip()) * KIB);
    }

    /** Reads it anew when what was read is not recent: the kernel sums it up over all CPUs and zones for every reader. */
    static Supplier<HostMemory> ofThisHost(Clocks clocks) {
        return new Supplier<>() {
            private HostMemory last = UNKNOWN;
            private long readNs = Long.MIN_VALUE / 2;

            @Override
            public synchronized HostMemory get() {
                long nowNs = clocks.monotonicNs();
                if (nowNs - readNs > RECENT_NS) {
                    last = read();
                    readNs = nowNs;
                }
                return last;
            }
        };
    }

    private static HostMemory read() {
        try {
            return parse(Files.readString(MEMINFO));
        } catch (IOException e) {
            LOG.debug("the host's memory cannot be read: {}", e.getMessage());
            return UNKNOWN;
        }
    }
}
