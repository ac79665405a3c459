package io.agentcgroup.gateway.internal.call;

import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;

/** A call over the bound: it is run without a domain. The question is awaited, so that the answer is read. */
final class RefusedConversation implements Conversation {

    private final Connection connection;
    private final String reason;

    RefusedConversation(Connection connection, String reason) {
        this.connection = connection;
        this.reason = reason;
    }

    @Override
    public void received(Message message) {
        connection.send(MessageBuilder.text(MessageType.PASS, reason));
        connection.finish();
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
