package io.agentcgroup.gateway.internal.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Of this very process, as the kernel counts it. */
class ResidentMemoryTest {

    @Test
    void pagesAreLockedUntilItIsClosed() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "it takes root");
        try (ResidentMemory memory = new ResidentMemory()) {
            memory.keep();
            assertTrue(lockedKb() > 0);
        }
        assertEquals(0, lockedKb());
    }

    private static long lockedKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmLck:"))
                .map(line -> line.split("\\s+")[1]).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
