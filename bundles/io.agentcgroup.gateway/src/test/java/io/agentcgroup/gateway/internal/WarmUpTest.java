package io.agentcgroup.gateway.internal;

import static io.agentcgroup.gateway.internal.TestGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.gateway.internal.call.WarmUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {

    @TempDir
    private Path folder;

    @Test
    void itPlaysItsRoundsAndLeavesNothingBehind() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try (TestGateway gateway = new TestGateway(folder)) {
            long before = TestGateway.openDescriptors();
            new WarmUp(gateway.server, workers).start().toCompletableFuture().get(TestGateway.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(eventually(() -> descriptors() <= before));
            assertTrue(gateway.engine.asked.isEmpty(), "no engine was asked");
            assertFalse(Files.exists(folder.resolve("run/warm-up.sock")), "no session was made");
        } finally {
            workers.shutdown();
        }
    }

    private static long descriptors() {
        try {
            return TestGateway.openDescriptors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
