package io.agentcgroup.gateway.internal.call;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.net.Server;
import io.agentcgroup.gateway.internal.net.UnixSocket;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays calls from end to end against itself, over a pair of sockets that nobody else has, so that the first agent's call
 * does not pay for loading and compiling. It asks no engine and leaves nothing behind.
 */
public final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /**
     * Measured: cold, the first answer takes 66 ms, more than a shim waits. One round brings that to 7 ms; sixty bring the
     * next ones from over 1 ms to 0.7 ms and cost 40 ms of CPU; two hundred more cost as much again and bring 0.1 ms.
     */
    private static final int ROUNDS = 60;
    private static final SessionName NOBODY = new SessionName("warm-up");
    private static final CallId CALL = new CallId("warm-up");

    private final Server server;
    private final Executor workers;
    private final byte[] open;
    private final long beganNs = System.nanoTime();
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private int rounds;

    public WarmUp(Server server, Executor workers) {
        this.server = server;
        this.workers = workers;
        this.open = new MessageBuilder(MessageType.CALL_OPEN)
                .number(Tag.KIND, Protocol.KIND_SHELL).text(Tag.SHELL, "bash").text(Tag.COMMAND, "true")
                .number(Tag.COMMAND_BYTES, "true".length()).text(Tag.CWD, "/").build();
    }

    /** @return at once; completes when all rounds are played, unless the server is closed before */
    public CompletionStage<Void> start() {
        next();
        return warm;
    }

    private void next() {
        try {
            round();
        } catch (IOException e) {
            LOG.warn("The first call will be slow, warming up failed", e);
        }
    }

    private void round() throws IOException {
        int[] two = UnixSocket.pair();
        ToolCalls engine = new PlayedEngine(two[1]);
        server.converse(two[0], connection ->
                new CallConversation(connection, NOBODY, () -> Optional.of(engine), workers));
        server.converse(two[1], PlayedShim::new);
    }

    /** Says what a shim says. */
    private final class PlayedShim implements Conversation {

        private final Connection connection;

        PlayedShim(Connection connection) {
            this.connection = connection;
            connection.send(open);
        }

        @Override
        public void received(Message message) {
            if (message.type() == MessageType.GRANT) {
                connection.send(new MessageBuilder(MessageType.CALL_STARTED).number(Tag.PID, 1).build());
                connection.send(new MessageBuilder(MessageType.CALL_EXITED).number(Tag.WAIT_STATUS, 0).build());
            }
        }

        @Override
        public void gone() {
            rounds++;
            if (rounds < ROUNDS) {
                next();
            } else {
                LOG.debug("Warmed up in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs));
                warm.complete(null);
            }
        }

        @Override
        public void overdue() {
            connection.close();
        }

        @Override
        public void stopped() {
            // The gateway goes before it was warm.
        }
    }

    /** Grants everything at once, with a descriptor that happens to be open. */
    private record PlayedEngine(int descriptor) implements ToolCalls {

        @Override
        public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener) {
            return CompletableFuture.completedFuture(new PlayedCall(descriptor));
        }

        @Override
        public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener, Executor threads) {
            return CompletableFuture.supplyAsync(() -> new PlayedCall(descriptor), threads);
        }

        @Override
        public Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener) {
            return Optional.empty();
        }

        @Override
        public List<WaitingStatus> waiting() {
            return List.of();
        }

        @Override
        public List<CallStatus> running() {
            return List.of();
        }

        @Override
        public boolean end(CallId id, String reason) {
            return false;
        }
    }

    private record PlayedCall(int directoryDescriptor) implements OpenCall {

        @Override
        public CallId id() {
            return CALL;
        }

        @Override
        public int oomScoreAdj() {
            return 0;
        }

        @Override
        public List<String> notices() {
            return List.of("played");
        }

        @Override
        public void started(int pid) {
            // Nothing runs.
        }

        @Override
        public void notStarted(int errno) {
            // Nothing runs.
        }

        @Override
        public CompletionStage<List<String>> exited(int waitStatus) {
            return CompletableFuture.completedFuture(List.of("played"));
        }

        @Override
        public void abandoned() {
            // Nothing runs.
        }
    }
}
