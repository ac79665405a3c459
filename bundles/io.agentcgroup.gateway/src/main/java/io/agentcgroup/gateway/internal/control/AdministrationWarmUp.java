package io.agentcgroup.gateway.internal.control;

import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.net.Server;
import io.agentcgroup.gateway.internal.net.UnixSocket;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the control socket and asks for the status once: loads what accepting and JSON need, so that neither the first
 * agent nor the first operator waits for it.
 */
public final class AdministrationWarmUp implements Conversation {

    private static final Logger LOG = LoggerFactory.getLogger(AdministrationWarmUp.class);
    private static final String QUESTION = "{\"op\":\"status\"}";

    private final Connection connection;

    private AdministrationWarmUp(Connection connection) {
        this.connection = connection;
        connection.send(new MessageBuilder(MessageType.CONTROL).text(Tag.JSON, QUESTION).build());
    }

    /** Begins, and returns at once. */
    public static void start(Server server, Path control) {
        try {
            server.converse(UnixSocket.connect(control), AdministrationWarmUp::new);
        } catch (IOException e) {
            LOG.warn("The first question will be slow, warming up failed", e);
        }
    }

    @Override
    public void received(Message message) {
        LOG.debug("The gateway is open: {} {}", message.type(), message.text(Tag.JSON));
        if (message.type() != MessageType.CONTROL_REPLY) {
            connection.finish();
        }
    }

    @Override
    public void overdue() {
        connection.close();
    }

    @Override
    public void gone() {
        // Warm, or not: nothing depends on it.
    }

    @Override
    public void stopped() {
        // Likewise.
    }
}
