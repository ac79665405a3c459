package io.agentcgroup.gateway.internal.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A received message: its fields are known to lie within it and within their bounds; what they say is still hostile. */
public final class Message {

    private final MessageType type;
    private final ByteBuffer body;
    /** Where each field's bytes begin, or -1; by the ordinal of its tag. */
    private final int[] offsets;
    private final int[] lengths;

    private Message(MessageType type, ByteBuffer body, int[] offsets, int[] lengths) {
        this.type = type;
        this.body = body;
        this.offsets = offsets;
        this.lengths = lengths;
    }

    /**
     * @param in the fields, in the whole of an array; kept, not copied
     * @throws MalformedMessageException if the bytes are not fields, a known field is too long or comes twice
     */
    static Message parse(MessageType type, ByteBuffer in) throws MalformedMessageException {
        in.order(ByteOrder.LITTLE_ENDIAN);
        int[] offsets = new int[Tag.COUNT];
        int[] lengths = new int[Tag.COUNT];
        Arrays.fill(offsets, -1);
        while (in.hasRemaining()) {
            parseField(type, in, offsets, lengths);
        }
        return new Message(type, in, offsets, lengths);
    }

    private static void parseField(MessageType type, ByteBuffer in, int[] offsets, int[] lengths)
            throws MalformedMessageException {
        if (in.remaining() < Protocol.FIELD_HEADER_BYTES) {
            throw new MalformedMessageException(type + " ends inside a field's header");
        }
        int code = in.getShort() & 0xffff;
        int zero = in.getShort();
        int length = in.getInt();
        if (zero != 0) {
            throw new MalformedMessageException("field " + code + " of " + type + " has a header that is not zero where it must be");
        }
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessageException("field " + code + " of " + type + " is longer than its message");
        }
        Tag tag = Tag.of(code);
        if (tag != null) {
            checkField(type, tag, length, offsets);
            offsets[tag.ordinal()] = in.position();
            lengths[tag.ordinal()] = length;
        }
        in.position(in.position() + length);
    }

    private static void checkField(MessageType type, Tag tag, int length, int[] offsets) throws MalformedMessageException {
        if (offsets[tag.ordinal()] >= 0) {
            throw new MalformedMessageException(tag + " comes twice in " + type);
        }
        if (tag.isNumber() ? length != tag.bytes() : length > tag.bytes()) {
            throw new MalformedMessageException(tag + " of " + type + " has " + length + " bytes, not "
                    + (tag.isNumber() ? "" : "at most ") + tag.bytes());
        }
    }

    /** @return what it is */
    public MessageType type() {
        return type;
    }

    /** @return whether the field is there */
    public boolean has(Tag tag) {
        return offsets[tag.ordinal()] >= 0;
    }

    /** @return how many bytes the field has, 0 when it is not there */
    public int length(Tag tag) {
        return lengths[tag.ordinal()];
    }

    /** @return a text, what is not UTF-8 in it replaced; empty when it is not there */
    public String text(Tag tag) {
        return has(tag)
                ? new String(body.array(), offsets[tag.ordinal()], lengths[tag.ordinal()], StandardCharsets.UTF_8)
                : "";
    }

    /** @throws MalformedMessageException if it is not there */
    public int number(Tag tag) throws MalformedMessageException {
        return optionalNumber(tag).orElseThrow(() -> new MalformedMessageException(type + " needs " + tag));
    }

    /** @return 32 bits, empty when it is not there */
    public OptionalInt optionalNumber(Tag tag) {
        return has(tag) ? OptionalInt.of(body.getInt(offsets[tag.ordinal()])) : OptionalInt.empty();
    }

    /** @return 64 bits, empty when it is not there */
    public OptionalLong optionalLong(Tag tag) {
        return has(tag) ? OptionalLong.of(body.getLong(offsets[tag.ordinal()])) : OptionalLong.empty();
    }

    /** @throws MalformedMessageException if the field is not there */
    public void require(Tag tag) throws MalformedMessageException {
        if (!has(tag)) {
            throw new MalformedMessageException(type + " needs " + tag);
        }
    }
}
