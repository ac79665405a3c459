package io.agentcgroup.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.net.Server;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Real sockets, real threads, and an engine that only writes down. */
final class TestGateway implements AutoCloseable {

    /** Far more than anything here takes; only a test that fails waits so long. */
    static final long PATIENCE_S = 20;

    final Path folder;
    final int directory;
    final FakeEngine engine;
    final Server server;
    final SessionSockets sockets;
    private final ExecutorService workers = Executors.newFixedThreadPool(4);

    TestGateway(Path folder) throws IOException {
        this(folder, 1024, 4096);
    }

    TestGateway(Path folder, int connectionsOfSession, int connectionsOfUser) throws IOException {
        this.folder = folder;
        this.directory = Client.openDirectory(folder);
        this.engine = new FakeEngine(directory);
        this.server = new Server(folder.resolve("run"), "test-gateway", connectionsOfSession, connectionsOfUser);
        this.sockets = new SessionSockets(server, () -> Optional.of(engine), workers);
    }

    static Session session(String name, int uid) {
        return new Session(new SessionName(name), Priority.NORMAL, uid, uid, OptionalLong.empty(), OptionalLong.empty(),
                LeftoverPolicy.DEFAULT, Instant.now());
    }

    /** @return the socket of a session of the test's own user */
    Path open(String name) throws IOException {
        int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return Path.of(sockets.socketOf(session(name, uid)).orElseThrow());
    }

    /** A call from its question to its end, as a legal shim makes it. */
    static void legalCall(Path socket, String command) throws IOException {
        try (Client shim = new Client(socket)) {
            String id = granted(shim, command);
            shim.write(Messages.started(1));
            shim.write(Messages.exited(0));
            expect(MessageType.DONE, shim, "after " + id);
            assertEquals(null, shim.read());
        }
    }

    /** @return the id of a call that was asked for and granted; its descriptor is closed */
    static String granted(Client shim, String command) throws IOException {
        shim.write(Messages.open(command));
        String id = expect(MessageType.GRANT, shim, command).text(Tag.CALL_ID);
        Client.closeDescriptor(shim.takeDescriptor());
        return id;
    }

    static Message expect(MessageType type, Client shim, String about) throws IOException {
        Message message = shim.read();
        assertEquals(type, message == null ? null : message.type(),
                () -> about + ": " + (message == null ? "end of stream" : message.text(Tag.TEXT)));
        return message;
    }

    /** @return what the engine was told next */
    String told() throws InterruptedException {
        return engine.told.poll(PATIENCE_S, TimeUnit.SECONDS);
    }

    static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    /** Waits for what another thread does and tells nobody; nothing in the gateway waits like this. */
    static boolean eventually(BooleanSupplier condition) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > endNs) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }

    @Override
    public void close() {
        server.close();
        workers.shutdown();
        Client.closeDescriptor(directory);
    }
}
