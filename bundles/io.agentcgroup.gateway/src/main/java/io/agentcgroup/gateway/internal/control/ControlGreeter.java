package io.agentcgroup.gateway.internal.control;

import io.agentcgroup.api.Session;
import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.net.Listener;
import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Begins conversations on the control socket. */
public final class ControlGreeter implements Listener.Greeter {

    private final Administration administration;
    private final Function<Session, Optional<String>> socketOf;
    private final Executor worker;

    public ControlGreeter(Administration administration, Function<Session, Optional<String>> socketOf, Executor worker) {
        this.administration = administration;
        this.socketOf = socketOf;
        this.worker = worker;
    }

    @Override
    public Conversation greet(Connection connection) {
        return new ControlConversation(connection, administration, socketOf, worker);
    }

    @Override
    public Conversation refuse(Connection connection, String reason) {
        return new Refusal(connection);
    }

    private record Refusal(Connection connection) implements Conversation {

        @Override
        public void received(Message message) throws MalformedMessageException {
            throw new MalformedMessageException("too many connections to the control socket at once");
        }

        @Override
        public void overdue() {
            connection.close();
        }

        @Override
        public void gone() {
            // Nothing was begun.
        }

        @Override
        public void stopped() {
            // Nothing was begun.
        }
    }
}
