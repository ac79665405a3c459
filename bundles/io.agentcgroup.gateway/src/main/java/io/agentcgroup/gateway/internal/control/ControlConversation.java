package io.agentcgroup.gateway.internal.control;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of the control socket, which is root. One request at a time, as many as he likes; each is carried out on the
 * administration's thread, so that it never holds up a call.
 */
final class ControlConversation implements Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(ControlConversation.class);

    /** Room for ten thousand journal lines. A larger answer is refused with a sentence: ask for less. */
    static final int REPLY_MAX_BYTES = 16 * 1024 * 1024;

    private final Connection connection;
    private final Administration administration;
    private final Function<Session, Optional<String>> socketOf;
    private final Executor worker;
    private boolean busy;

    /** @param socketOf makes sure that a session's socket stands, and tells its path */
    ControlConversation(Connection connection, Administration administration,
            Function<Session, Optional<String>> socketOf, Executor worker) {
        this.connection = connection;
        this.administration = administration;
        this.socketOf = socketOf;
        this.worker = worker;
    }

    @Override
    public void received(Message message) throws MalformedMessageException {
        switch (message.type()) {
            case CONTROL -> {
                message.require(Tag.JSON);
                String json = message.text(Tag.JSON);
                perform(() -> reply(json));
            }
            case SESSION_OPEN -> {
                SessionSpec spec = spec(message);
                perform(() -> open(spec));
            }
            case SESSION_END -> {
                SessionName name = name(message);
                perform(() -> end(name));
            }
            default -> throw new MalformedMessageException(message.type() + " has no place on the control socket");
        }
    }

    private void perform(Runnable operation) throws MalformedMessageException {
        synchronized (this) {
            if (busy) {
                throw new MalformedMessageException("the answer to the last request is still being made");
            }
            busy = true;
        }
        worker.execute(() -> guarded(operation));
    }

    private void guarded(Runnable operation) {
        try {
            operation.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            connection.fail(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("An administrator's request failed", e);
            connection.fail("the request failed: " + e);
        }
    }

    private void open(SessionSpec spec) {
        Session session = administration.open(spec);
        String socket = socketOf.apply(session)
                .orElseThrow(() -> new IllegalStateException("session " + session.name() + " has no socket; the log says why"));
        byte[] answer = new MessageBuilder(MessageType.SESSION)
                .text(Tag.SOCKET, socket)
                .number(Tag.OOM_SCORE_ADJ, administration.agentOomScoreAdj())
                .build();
        finished();
        connection.send(answer, administration.agentDirectory(session.name()));
    }

    private void end(SessionName name) {
        administration.agentExited(name);
        finished();
        connection.send(MessageBuilder.empty(MessageType.DONE));
    }

    private void reply(String request) {
        byte[] json = toJson(administration.answer(parse(request), connection.peer()));
        if (json.length > REPLY_MAX_BYTES) {
            throw new IllegalArgumentException("the answer has " + json.length + " bytes, more than " + REPLY_MAX_BYTES
                    + ": ask for less");
        }
        finished();
        for (int at = 0; at < json.length; at += Tag.JSON.bytes()) {
            connection.send(new MessageBuilder(MessageType.CONTROL_REPLY)
                    .bytes(Tag.JSON, json, at, Math.min(Tag.JSON.bytes(), json.length - at)).build());
        }
        connection.send(MessageBuilder.empty(MessageType.DONE));
    }

    private static Map<String, Object> parse(String request) {
        try {
            return Objects.requireNonNullElse(JSON.std.mapFrom(request), Map.of());
        } catch (IOException e) {
            throw new IllegalArgumentException("the request is not a JSON object: " + e.getMessage(), e);
        }
    }

    private static byte[] toJson(Map<String, Object> answer) {
        try {
            return JSON.std.asBytes(answer);
        } catch (IOException e) {
            throw new IllegalStateException("the answer cannot be written: " + e.getMessage(), e);
        }
    }

    private synchronized void finished() {
        busy = false;
    }

    private static SessionSpec spec(Message message) throws MalformedMessageException {
        Optional<Priority> priority = message.has(Tag.PRIORITY)
                ? Optional.of(priority(message.number(Tag.PRIORITY)))
                : Optional.empty();
        Optional<LeftoverPolicy> leftovers = message.has(Tag.LEFTOVERS)
                ? Optional.of(new LeftoverPolicy(mode(message.number(Tag.LEFTOVERS)),
                        Duration.ofMillis(Integer.toUnsignedLong(message.optionalNumber(Tag.KEEP_MS).orElse(0)))))
                : Optional.empty();
        return new SessionSpec(name(message), priority, message.optionalNumber(Tag.UID).orElse(0),
                message.optionalNumber(Tag.GID).orElse(0), message.optionalLong(Tag.MEMORY_BYTES),
                message.optionalLong(Tag.PIDS), leftovers);
    }

    private static SessionName name(Message message) throws MalformedMessageException {
        message.require(Tag.SESSION);
        try {
            return new SessionName(message.text(Tag.SESSION));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(e.getMessage());
        }
    }

    private static Priority priority(int number) throws MalformedMessageException {
        return switch (number) {
            case Protocol.PRIORITY_HIGH -> Priority.HIGH;
            case Protocol.PRIORITY_NORMAL -> Priority.NORMAL;
            case Protocol.PRIORITY_LOW -> Priority.LOW;
            default -> throw new MalformedMessageException("there is no such priority");
        };
    }

    private static LeftoverPolicy.Mode mode(int number) throws MalformedMessageException {
        return switch (number) {
            case Protocol.LEFTOVERS_ADOPT -> LeftoverPolicy.Mode.ADOPT;
            case Protocol.LEFTOVERS_KEEP -> LeftoverPolicy.Mode.KEEP;
            case Protocol.LEFTOVERS_REAP -> LeftoverPolicy.Mode.REAP;
            default -> throw new MalformedMessageException("there is no such leftover policy");
        };
    }

    @Override
    public void overdue() {
        connection.fail("no request came in time");
    }

    @Override
    public void gone() {
        // A request that was begun is carried out all the same.
    }

    @Override
    public void stopped() {
        // Likewise.
    }
}
