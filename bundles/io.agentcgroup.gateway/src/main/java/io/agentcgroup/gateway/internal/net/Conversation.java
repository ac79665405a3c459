package io.agentcgroup.gateway.internal.net;

import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;

/** One side of a connection: what is said, without how it travels. All calls come on the loop's thread. */
public interface Conversation {

    /**
     * A whole message came.
     *
     * @throws MalformedMessageException if it has no place here: the peer is told and the connection closed
     */
    void received(Message message) throws MalformedMessageException;

    /** The peer did not do in time what it had to do next. */
    void overdue();

    /** @return whether the peer, who says no more, is still to be told something, and so the connection must stand until then */
    default boolean owesWords() {
        return false;
    }

    /** The connection is closed and the descriptor gone; for whatever reason, also because of the peer's own message. */
    void gone();

    /** The daemon goes away while the connection stands: {@link #gone} does not come. */
    void stopped();
}
