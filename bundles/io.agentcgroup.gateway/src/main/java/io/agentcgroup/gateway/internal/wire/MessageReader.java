package io.agentcgroup.gateway.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into messages. Nothing is kept while messages arrive whole; of a message that does not, at most
 * one message's length is kept. Not thread-safe.
 */
public final class MessageReader {

    private static final byte[] NOTHING = {};

    /** What has arrived of a message that is not whole yet; its length is {@link #kept}. */
    private byte[] partial = NOTHING;
    private int kept;

    /**
     * Takes the next message out of {@code in}, or all of {@code in} when there is none.
     *
     * @param in a heap or direct buffer; what is left in it belongs to further messages
     * @return the message, or null when more bytes are needed
     * @throws MalformedMessageException if it is none; the stream is then useless
     */
    public Message next(ByteBuffer in) throws MalformedMessageException {
        if (kept < Protocol.HEADER_BYTES && !fill(in, Protocol.HEADER_BYTES)) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(partial, 0, Protocol.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        MessageType type = checkHeader(header.getInt(), header.getShort() & 0xffff, header.getShort() & 0xffff);
        int length = header.getInt();
        if (length < 0 || length > Protocol.MESSAGE_MAX_BYTES - Protocol.HEADER_BYTES) {
            throw new MalformedMessageException("a message has at most " + Protocol.MESSAGE_MAX_BYTES + " bytes");
        }
        if (!fill(in, Protocol.HEADER_BYTES + length)) {
            return null;
        }
        byte[] whole = partial;
        partial = NOTHING;
        kept = 0;
        return Message.parse(type, ByteBuffer.wrap(whole, Protocol.HEADER_BYTES, length));
    }

    /** @return whether part of a message has arrived and the rest has not */
    public boolean inMessage() {
        return kept > 0;
    }

    /** @return whether {@code wanted} bytes of the message are there now */
    private boolean fill(ByteBuffer in, int wanted) {
        int count = Math.min(wanted - kept, in.remaining());
        if (kept + count > partial.length) {
            // Grows with what has come, not with what was announced: a header alone must not cost a whole message.
            partial = Arrays.copyOf(partial, Math.max(kept + count, Math.min(wanted, 2 * partial.length)));
        }
        in.get(partial, kept, count);
        kept += count;
        return kept == wanted;
    }

    private static MessageType checkHeader(int magic, int version, int code) throws MalformedMessageException {
        if (magic != Protocol.MAGIC) {
            throw new MalformedMessageException("this is not an AgentCgroup client");
        }
        if (version != Protocol.VERSION) {
            throw new MalformedMessageException("this daemon speaks version " + Protocol.VERSION
                    + " of the protocol, the client version " + version + ": install shim and daemon together");
        }
        MessageType type = MessageType.of(code);
        if (type == null) {
            throw new MalformedMessageException("there is no message of type " + code);
        }
        return type;
    }
}
