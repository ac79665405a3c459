package io.agentcgroup.gateway.internal;

import static io.agentcgroup.gateway.internal.TestGateway.eventually;
import static io.agentcgroup.gateway.internal.TestGateway.expect;
import static io.agentcgroup.gateway.internal.TestGateway.granted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One call, said in every way that a shim can say it. */
@Timeout(60)
class CallTest {

    private static final int ENOENT = 2;

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
    void stop() {
        gateway.close();
    }

    @Test
    void theGrantCarriesTheDirectoryItself() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            Message grant = expect(MessageType.GRANT, shim, "make");
            assertEquals("c1", grant.text(Tag.CALL_ID));
            assertEquals(200, grant.number(Tag.OOM_SCORE_ADJ));
            int descriptor = shim.takeDescriptor();
            assertEquals(Files.readAttributes(folder, "unix:dev,ino"),
                    Files.readAttributes(Path.of("/proc/self/fd/" + descriptor), "unix:dev,ino"));
            Client.closeDescriptor(descriptor);
        }
    }

    @Test
    void theEngineHearsTheWholeLifeInOrder() throws Exception {
        gateway.engine.notices = List.of("your hint was not understood");
        gateway.engine.lastWords = List.of("it used 12 MB", "it was slowed down");
        gateway.engine.twins = Map.of("it was slowed down", "{\"event\":\"held-up\"}");
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            assertEquals("your hint was not understood", expect(MessageType.FEEDBACK, shim, "notice").text(Tag.TEXT));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            shim.write(Messages.started(4711));
            shim.write(Messages.exited(9));
            Message first = expect(MessageType.FEEDBACK, shim, "first");
            assertEquals("it used 12 MB", first.text(Tag.TEXT));
            assertFalse(first.has(Tag.JSON));
            Message second = expect(MessageType.FEEDBACK, shim, "second");
            assertEquals("it was slowed down", second.text(Tag.TEXT));
            assertEquals("{\"event\":\"held-up\"}", second.text(Tag.JSON));
            expect(MessageType.DONE, shim, "done");
            assertNull(shim.read(), "the gateway hangs up");
        }
        assertEquals("c1 started 4711", gateway.told());
        assertEquals("c1 exited 9", gateway.told());
        assertTrue(gateway.engine.told.isEmpty());
    }

    @Test
    void whoEndsHisSideHearsTheLastWords() throws Exception {
        gateway.engine.lastWords = List.of("it used 12 MB");
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("false"));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            shim.write(Messages.started(4711));
            shim.write(Messages.exited(1));
            shim.endWords();
            assertEquals("it used 12 MB", expect(MessageType.FEEDBACK, shim, "last words").text(Tag.TEXT));
            expect(MessageType.DONE, shim, "done");
            assertNull(shim.read(), "the gateway hangs up");
        }
        assertEquals("c1 started 4711", gateway.told());
        assertEquals("c1 exited 1", gateway.told());
        assertTrue(gateway.engine.told.isEmpty());
    }

    @Test
    void whoLeavesAtOnceIsHeardToTheEnd() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("true"));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            shim.write(Messages.started(4711));
            shim.write(Messages.exited(0));
        }
        assertEquals("c1 started 4711", gateway.told());
        assertEquals("c1 exited 0", gateway.told());
        assertTrue(gateway.engine.told.isEmpty());
    }

    @Test
    void theBirthOfALongCallIsHeardWhileItRuns() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            shim.write(Messages.started(4711));
            assertEquals("c1 started 4711", gateway.told());
            shim.write(Messages.exited(0));
            expect(MessageType.DONE, shim, "done");
        }
        assertEquals("c1 exited 0", gateway.told());
    }

    @Test
    void whoEndsHisSideBeforeTheEndAbandonsTheCall() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            shim.write(Messages.started(4711));
            shim.endWords();
            assertEquals("c1 started 4711", gateway.told());
            assertEquals("c1 abandoned", gateway.told());
            assertNull(shim.read(), "the gateway hangs up");
        }
    }

    @Test
    void whoHasTheGrantIsNotToldToWaitAnyMore() throws Exception {
        AtomicReference<CallListener> slow = new AtomicReference<>();
        gateway.engine.answer = (call, listener) -> {
            slow.set(listener);
            return CompletableFuture.completedFuture(call);
        };
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
            slow.get().waiting("this host is busy", 1_000);
            shim.write(Messages.started(4711));
            shim.write(Messages.exited(9));
            expect(MessageType.DONE, shim, "done");
        }
    }

    @Test
    void whoCallsIsWhatTheKernelSays() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(Messages.openWithout("make").number(Tag.UID, 4321).number(Tag.GID, 4321).number(Tag.PID, 1).build());
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
        }
        CallRequest request = gateway.engine.asked.take();
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), request.uid());
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:gid"), request.gid());
        assertEquals(ProcessHandle.current().pid(), request.pid());
    }

    @Test
    void theRequestSaysWhatWasSent() throws Exception {
        try (Client shim = new Client(socket)) {
            shim.write(new MessageBuilder(MessageType.CALL_OPEN).number(Tag.KIND, Protocol.KIND_PREFIX)
                    .text(Tag.SHELL, "zsh").text(Tag.COMMAND, "x".repeat(Protocol.COMMAND_MAX_BYTES))
                    .number(Tag.COMMAND_BYTES, 100_000).text(Tag.CWD, "/tmp").text(Tag.HINT, "memory:2g")
                    .number(Tag.HINT_SOURCE, Protocol.HINT_COMMAND).build());
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
        }
        CallRequest request = gateway.engine.asked.take();
        assertEquals(ToolCall.Kind.PREFIX, request.kind());
        assertEquals("zsh", request.shell());
        assertEquals(Protocol.COMMAND_MAX_BYTES, request.command().length());
        assertTrue(request.commandTruncated());
        assertEquals("/tmp", request.cwd());
        assertEquals(Optional.of(new Hint("memory:2g", HintSource.COMMAND)), request.hint());
    }

    @Test
    void aRefusedCallIsToldWhyAndPasses() throws Exception {
        gateway.engine.answer = (call, listener) ->
                CompletableFuture.failedFuture(new CallRefusedException("the session is\u001b closing"));
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            assertEquals("the session is\\x1b closing", expect(MessageType.PASS, shim, "pass").text(Tag.TEXT));
            assertNull(shim.read());
        }
    }

    @Test
    void anEngineThatFailsLetsTheCallPass() throws Exception {
        gateway.engine.answer = (call, listener) -> {
            throw new IllegalStateException("a failure that a test made");
        };
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            expect(MessageType.PASS, shim, "pass");
        }
        gateway.engine.answer = (call, listener) -> CompletableFuture.completedFuture(call);
        TestGateway.legalCall(socket, "the next one is served");
    }

    @Test
    void anEngineThatGrantsNothingLetsTheCallPass() throws Exception {
        gateway.engine.answer = (call, listener) -> CompletableFuture.completedFuture(null);
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            expect(MessageType.PASS, shim, "pass");
        }
    }

    @Test
    void aCallThatWaitsIsToldSoAndGrantedLaterFromAnotherThread() throws Exception {
        CompletableFuture<OpenCall> later = new CompletableFuture<>();
        AtomicReference<OpenCall> waiting = new AtomicReference<>();
        gateway.engine.answer = (call, listener) -> {
            waiting.set(call);
            listener.waiting("2 GB are not free yet", 30_000);
            return later;
        };
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            Message wait = expect(MessageType.WAIT, shim, "wait");
            assertEquals(30_000, wait.number(Tag.AT_MOST_MS));
            assertEquals("2 GB are not free yet", wait.text(Tag.TEXT));
            later.complete(waiting.get());
            expect(MessageType.GRANT, shim, "grant");
            Client.closeDescriptor(shim.takeDescriptor());
        }
    }

    @Test
    void feedbackReachesTheAgentWhileTheCommandRuns() throws Exception {
        AtomicReference<CallListener> agent = new AtomicReference<>();
        gateway.engine.answer = (call, listener) -> {
            agent.set(listener);
            return CompletableFuture.completedFuture(call);
        };
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
            shim.write(Messages.started(1));
            gateway.told();
            agent.get().feedback("stalled for 10 s\r\nat memory.high");
            assertEquals("stalled for 10 s\\r\\nat memory.high", expect(MessageType.FEEDBACK, shim, "line").text(Tag.TEXT));
        }
    }

    @Test
    void aClientThatVanishesBeforeItsGrantGivesUpItsPlaceAtTheGate() throws Exception {
        CompletableFuture<OpenCall> later = new CompletableFuture<>();
        AtomicReference<OpenCall> waiting = new AtomicReference<>();
        gateway.engine.answer = (call, listener) -> {
            waiting.set(call);
            return later;
        };
        long before = TestGateway.openDescriptors();
        try (Client shim = new Client(socket)) {
            shim.write(Messages.open("make"));
            assertTrue(eventually(() -> waiting.get() != null));
        }
        assertTrue(eventually(() -> descriptors() <= before), "the gateway has seen the end");
        assertTrue(eventually(later::isCancelled));
    }

    @Test
    void aClientThatVanishesBetweenGrantAndStartLosesItsRight() throws Exception {
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
        }
        assertEquals("c1 abandoned", gateway.told());
    }

    @Test
    void aClientThatVanishesWhileTheCommandRunsLeavesAnAbandonedCall() throws Exception {
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
            shim.write(Messages.started(1));
        }
        assertEquals("c1 started 1", gateway.told());
        assertEquals("c1 abandoned", gateway.told());
    }

    @Test
    void aClientThatVanishesRightAfterItsLastWordIsNotAbandoned() throws Exception {
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
            shim.write(Messages.started(1));
            shim.write(Messages.exited(256));
        }
        assertEquals("c1 started 1", gateway.told());
        assertEquals("c1 exited 256", gateway.told());
        TestGateway.legalCall(socket, "another");
        assertEquals("c2 started 1", gateway.told());
    }

    @Test
    void aCallThatCouldNotStartIsToldToTheEngine() throws Exception {
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
            shim.write(Messages.notStarted(ENOENT));
            expect(MessageType.DONE, shim, "done");
            assertNull(shim.read());
        }
        assertEquals("c1 not started " + ENOENT, gateway.told());
        assertTrue(gateway.engine.told.isEmpty());
    }

    @Test
    void aShimThatLostItsConnectionResumesItsCall() throws Exception {
        gateway.engine.lastWords = List.of("it used 12 MB");
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
        }
        assertEquals("c1 abandoned", gateway.told());
        try (Client shim = new Client(socket)) {
            shim.write(Messages.resume("c1", 0));
            assertEquals("it used 12 MB", expect(MessageType.FEEDBACK, shim, "words").text(Tag.TEXT));
            expect(MessageType.DONE, shim, "done");
        }
        assertEquals("c1 exited 0", gateway.told());
    }

    @Test
    void resumingACallThatNobodyKnowsIsDoneAtOnce() throws Exception {
        for (String id : List.of("no-such-call", "0")) {
            try (Client shim = new Client(socket)) {
                shim.write(Messages.resume(id, 0));
                expect(MessageType.DONE, shim, id);
            }
        }
    }

    @Test
    void resumingWithSomethingThatIsNoIdIsAnError() throws Exception {
        for (String id : List.of("", "../../etc/passwd", "a/b", "x".repeat(60), "A")) {
            try (Client shim = new Client(socket)) {
                shim.write(Messages.resume(id, 0));
                expect(MessageType.ERROR, shim, id);
                assertNull(shim.read());
            }
        }
    }

    @Test
    void aRunningCallIsLeftAloneWhenTheGatewayStopsAndCanBeResumed() throws Exception {
        try (Client running = new Client(socket); Client starting = new Client(socket)) {
            granted(running, "make");
            running.write(Messages.started(1));
            assertEquals("c1 started 1", gateway.told());
            granted(starting, "make");
            gateway.server.close();
            assertFalse(Files.exists(socket), "whoever comes now runs without a domain, at once");
            assertNull(running.read());
            assertNull(starting.read());
        }
        assertEquals("c2 abandoned", gateway.told());
        assertTrue(gateway.engine.told.isEmpty(), "the running call was not ended");
    }

    @Test
    void whenTheEngineIsReplacedConnectionsEndSoThatShimsResume() throws Exception {
        try (Client shim = new Client(socket)) {
            granted(shim, "make");
            shim.write(Messages.started(1));
            assertEquals("c1 started 1", gateway.told());
            gateway.sockets.stopConnections();
            assertNull(shim.read());
        }
        try (Client shim = new Client(socket)) {
            shim.write(Messages.resume("c1", 0));
            expect(MessageType.DONE, shim, "done");
        }
        assertEquals("c1 exited 0", gateway.told());
    }

    private static long descriptors() {
        try {
            return TestGateway.openDescriptors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
