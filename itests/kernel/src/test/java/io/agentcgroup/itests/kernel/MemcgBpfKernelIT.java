package io.agentcgroup.itests.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentcgroup.vm.GuestResult;
import io.agentcgroup.vm.KernelChoice;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of the tier memcg-bpf in a guest with a kernel that has {@code memcg_bpf_ops}. No kernel that one can fetch has
 * it, so somebody must bring one; without, this test counts as skipped on the host, and none in the guest.
 */
class MemcgBpfKernelIT {

    static final String PACKAGE = "io.agentcgroup.itests.kernel.memcgbpf";

    private static final String PROPERTY = "agentcgroup.test.kernel";
    private static final String VARIABLE = "AGENTCGROUP_TEST_KERNEL";

    @Test
    void theTestsPassOnAKernelWithMemcgBpfOps() throws Exception {
        Optional<String> kernel = Optional.ofNullable(System.getProperty(PROPERTY)).or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .filter(file -> !file.isBlank());
        if (kernel.isEmpty()) {
            System.out.println("skipped: the tests of the tier memcg-bpf need a kernel with memcg_bpf_ops; name its file in "
                    + VARIABLE);
        }
        assumeTrue(kernel.isPresent(), "no kernel with memcg_bpf_ops is given");

        Path reports = GuestTests.emptied("memcg-bpf-guest-reports");
        Path output = GuestTests.TARGET.resolve("memcg-bpf-guest-output.txt");
        GuestResult result;
        try (OutputStream out = Files.newOutputStream(output)) {
            result = GuestTests.guest().kernel(KernelChoice.parse(kernel.get())).build()
                    .run(GuestTests.command(List.of(), GuestTests.CLASSES, "--include-package=" + PACKAGE), out, out, reports);
        }
        assertEquals(0, result.exitCode(), () -> "see " + output + " and " + result.consoleLog());
    }
}
