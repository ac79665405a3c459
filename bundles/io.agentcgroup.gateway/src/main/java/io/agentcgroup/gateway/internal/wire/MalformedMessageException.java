package io.agentcgroup.gateway.internal.wire;

/** What the peer sent is not the protocol; the message says what is wrong, in a sentence for whoever writes a client. */
public final class MalformedMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Without a stack trace: where it was found says nothing, and a hostile client can cause thousands. */
    public MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
