package io.agentcgroup.itests.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.vm.GuestResult;
import io.agentcgroup.vm.KernelChoice;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs in a guest with the kernel of Debian 12, which has neither sched_ext nor what came to BPF since 6.1, the tests of what must work
 * there too: what the kernel counts, and what {@code doctor} makes of it.
 */
class OlderKernelIT {

    private static final String CLASSES = ".*[.](AccountingTest|DoctorTest)";

    @Test
    void theTestsPassOnTheKernelOfDebian12() throws Exception {
        Path reports = GuestTests.emptied("older-guest-reports");
        Path output = GuestTests.TARGET.resolve("older-guest-output.txt");
        GuestResult result;
        try (OutputStream out = Files.newOutputStream(output)) {
            result = GuestTests.guest().kernel(KernelChoice.parse("debian-12")).build()
                    .run(GuestTests.command(List.of(), CLASSES), out, out, reports);
        }
        assertEquals(0, result.exitCode(), () -> "see " + output + " and " + result.consoleLog());
    }
}
