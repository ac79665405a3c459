package io.agentcgroup.gateway.internal;

import static io.agentcgroup.gateway.internal.TestGateway.eventually;
import static io.agentcgroup.gateway.internal.TestGateway.expect;
import static io.agentcgroup.gateway.internal.TestGateway.legalCall;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.wire.MessageType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine thinks on the thread that has heard the question, and nobody else waits for that. */
@Timeout(60)
class LentThreadsTest {

    /** As many as may think at the same moment. */
    private static final int MOST = 32;

    private final CountDownLatch thought = new CountDownLatch(1);
    private final AtomicInteger thinking = new AtomicInteger();
    private final List<Client> shims = new ArrayList<>();
    @TempDir
    private Path folder;
    private TestGateway gateway;
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(folder);
        socket = gateway.open("agent-1");
    }

    @AfterEach
    void stop() throws Exception {
        thought.countDown();
        for (Client shim : shims) {
            shim.close();
        }
        gateway.close();
    }

    private void ask(int shim) throws Exception {
        shims.add(new Client(socket));
        shims.get(shim).write(Messages.open("make " + shim));
    }

    private void think() {
        thinking.incrementAndGet();
        try {
            thought.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoThinksForEverKeepsNobodyElseWaiting() throws Exception {
        gateway.engine.thinks = this::think;
        for (int i = 0; i < 3; i++) {
            ask(i);
        }
        assertTrue(eventually(() -> thinking.get() == 3));
        gateway.engine.thinks = null;
        legalCall(socket, "true");
        thought.countDown();
        for (Client shim : shims) {
            expect(MessageType.GRANT, shim, "thought");
            Client.closeDescriptor(shim.takeDescriptor());
        }
    }

    @Test
    void moreThanMayThinkAtOnceAreRefusedAThreadAndTheRestGoesOn() throws Exception {
        gateway.engine.thinks = this::think;
        for (int i = 0; i < MOST; i++) {
            ask(i);
        }
        assertTrue(eventually(() -> thinking.get() == MOST));
        ask(MOST);
        // This engine has no threads of its own.
        expect(MessageType.PASS, shims.get(MOST), "one too many");
        assertEquals(MOST, thinking.get());
        gateway.engine.thinks = null;
        legalCall(socket, "true");
    }

    @Test
    void theGatewayClosesThoughSomebodyStillThinks() throws Exception {
        gateway.engine.thinks = this::think;
        ask(0);
        assertTrue(eventually(() -> thinking.get() == 1));
        gateway.server.close();
        assertEquals(null, shims.get(0).read());
    }
}
