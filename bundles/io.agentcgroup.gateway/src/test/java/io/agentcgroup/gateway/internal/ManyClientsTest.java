package io.agentcgroup.gateway.internal;

import static io.agentcgroup.gateway.internal.TestGateway.eventually;
import static io.agentcgroup.gateway.internal.TestGateway.expect;
import static io.agentcgroup.gateway.internal.TestGateway.granted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.wire.MessageType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ManyClientsTest {

    private static final int CLIENTS = 300;
    private static final int THREADS = 20;
    private static final int CALLS = 2_000;

    @TempDir
    private Path folder;

    @Test
    void threeHundredCallsRunAtOnceAndEachIsItsOwn() throws Exception {
        try (TestGateway gateway = new TestGateway(folder)) {
            Path socket = gateway.open("agent-1");
            List<Client> shims = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client shim = new Client(socket);
                shims.add(shim);
                ids.add(granted(shim, "call " + i));
                shim.write(Messages.started(i));
            }
            assertEquals(CLIENTS, ids.size());
            for (Client shim : shims) {
                shim.write(Messages.exited(0));
            }
            for (Client shim : shims) {
                expect(MessageType.DONE, shim, "done");
                shim.close();
            }
            assertTrue(eventually(() -> gateway.engine.told.size() == 2 * CLIENTS));
            assertTrue(gateway.engine.told.stream().noneMatch(what -> what.contains("abandoned")));
        }
    }

    @Test
    void twoThousandCallsTwentyAtATimeAreAllToldInOrder() throws Exception {
        try (TestGateway gateway = new TestGateway(folder)) {
            Path socket = gateway.open("agent-1");
            ExecutorService agents = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                String command = "call " + i;
                calls.add(agents.submit(() -> {
                    TestGateway.legalCall(socket, command);
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
            agents.shutdown();
            List<String> told = List.copyOf(gateway.engine.told);
            assertEquals(2 * CALLS, told.size());
            for (int id = 1; id <= CALLS; id++) {
                assertTrue(told.indexOf("c" + id + " started 1") < told.indexOf("c" + id + " exited 0"), "call " + id);
            }
        }
    }
}
