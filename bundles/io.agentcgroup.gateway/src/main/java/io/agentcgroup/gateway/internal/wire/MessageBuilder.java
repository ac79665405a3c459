package io.agentcgroup.gateway.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts a message together. Not thread-safe; used once. */
public final class MessageBuilder {

    /** Room for a grant and for most lines of feedback. */
    private static final int INITIAL_BYTES = 256;

    private ByteBuffer out = ByteBuffer.allocate(INITIAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** Begins a message without fields. */
    public MessageBuilder(MessageType type) {
        out.putInt(Protocol.MAGIC).putShort((short) Protocol.VERSION).putShort((short) type.code()).putInt(0);
    }

    /** @return a message that is its type alone */
    public static byte[] empty(MessageType type) {
        return new MessageBuilder(type).build();
    }

    /** @return a message with one text, cut to its bound */
    public static byte[] text(MessageType type, String text) {
        return new MessageBuilder(type).text(Tag.TEXT, text).build();
    }

    /** Adds a text; what is over its bound is cut off, at a whole character. */
    public MessageBuilder text(Tag tag, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes(tag, bytes, 0, wholeCharacters(bytes, tag.bytes()));
    }

    /** Adds bytes as they are. */
    public MessageBuilder bytes(Tag tag, byte[] bytes, int offset, int length) {
        header(tag, length);
        out.put(bytes, offset, length);
        return this;
    }

    /** Adds 32 bits. */
    public MessageBuilder number(Tag tag, int value) {
        header(tag, Integer.BYTES);
        out.putInt(value);
        return this;
    }

    /** Adds 64 bits. */
    public MessageBuilder number(Tag tag, long value) {
        header(tag, Long.BYTES);
        out.putLong(value);
        return this;
    }

    /** @return the message as it goes over the wire */
    public byte[] build() {
        out.putInt(Protocol.HEADER_BYTES - Integer.BYTES, out.position() - Protocol.HEADER_BYTES);
        return Arrays.copyOf(out.array(), out.position());
    }

    private void header(Tag tag, int length) {
        if (tag.isNumber() ? length != tag.bytes() : length > tag.bytes()) {
            throw new IllegalArgumentException(tag + " cannot have " + length + " bytes");
        }
        makeRoom(Protocol.FIELD_HEADER_BYTES + length);
        out.putShort((short) tag.code()).putShort((short) 0).putInt(length);
    }

    private void makeRoom(int more) {
        if (out.remaining() < more) {
            byte[] larger = Arrays.copyOf(out.array(), Math.max(out.capacity() * 2, out.position() + more));
            out = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(out.position());
        }
    }

    private static int wholeCharacters(byte[] utf8, int longest) {
        if (utf8.length <= longest) {
            return utf8.length;
        }
        int end = longest;
        while (end > 0 && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }
}
