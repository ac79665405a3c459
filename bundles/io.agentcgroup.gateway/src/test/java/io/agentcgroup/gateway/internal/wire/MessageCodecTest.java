package io.agentcgroup.gateway.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageCodecTest {

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Message message = read(new MessageBuilder(MessageType.CALL_OPEN)
                .number(Tag.KIND, Protocol.KIND_EXEC).text(Tag.COMMAND, "größer 日本 \uD83D\uDE00")
                .number(Tag.MEMORY_BYTES, Long.MAX_VALUE).number(Tag.OOM_SCORE_ADJ, -900).build());
        assertEquals(MessageType.CALL_OPEN, message.type());
        assertEquals(Protocol.KIND_EXEC, message.number(Tag.KIND));
        assertEquals("größer 日本 \uD83D\uDE00", message.text(Tag.COMMAND));
        assertEquals(Long.MAX_VALUE, message.optionalLong(Tag.MEMORY_BYTES).getAsLong());
        assertEquals(-900, message.number(Tag.OOM_SCORE_ADJ));
        assertFalse(message.has(Tag.HINT));
        assertEquals("", message.text(Tag.HINT));
        assertTrue(message.optionalNumber(Tag.UID).isEmpty());
        assertThrows(MalformedMessageException.class, () -> message.number(Tag.UID));
        assertThrows(MalformedMessageException.class, () -> message.require(Tag.HINT));
    }

    @Test
    void messagesAreFoundWhereverTheStreamIsCut() throws Exception {
        byte[] first = new MessageBuilder(MessageType.CALL_STARTED).number(Tag.PID, 42).build();
        byte[] second = new MessageBuilder(MessageType.FEEDBACK).text(Tag.TEXT, "x".repeat(300)).build();
        byte[] stream = ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
        for (int cut = 0; cut <= stream.length; cut++) {
            MessageReader reader = new MessageReader();
            int found = take(reader, ByteBuffer.wrap(stream, 0, cut));
            assertEquals(found == 2 || cut == first.length || cut == 0, !reader.inMessage());
            found += take(reader, ByteBuffer.wrap(stream, cut, stream.length - cut));
            assertEquals(2, found, "cut at " + cut);
        }
    }

    @Test
    void byteByByteIsTheSame() throws Exception {
        byte[] bytes = new MessageBuilder(MessageType.PASS).text(Tag.TEXT, "why").build();
        MessageReader reader = new MessageReader();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertNull(reader.next(ByteBuffer.wrap(bytes, i, 1)));
        }
        assertEquals("why", reader.next(ByteBuffer.wrap(bytes, bytes.length - 1, 1)).text(Tag.TEXT));
        assertFalse(reader.inMessage());
    }

    @Test
    void theLargestMessageIsReadAndOneByteMoreIsRefusedByItsHeaderAlone() throws Exception {
        byte[] largest = new MessageBuilder(MessageType.CONTROL)
                .bytes(Tag.JSON, new byte[Tag.JSON.bytes()], 0, Tag.JSON.bytes()).build();
        assertEquals(Protocol.MESSAGE_MAX_BYTES, largest.length);
        assertEquals(Tag.JSON.bytes(), read(largest).length(Tag.JSON));
        assertRefused(header(Protocol.MAGIC, 1, 18, Protocol.MESSAGE_MAX_BYTES - Protocol.HEADER_BYTES + 1).array());
        assertRefused(header(Protocol.MAGIC, 1, 18, -1).array());
        assertRefused(header(Protocol.MAGIC, 1, 18, Integer.MIN_VALUE).array());
    }

    @Test
    void anotherProtocolVersionOrTypeIsRefused() {
        assertRefused(header(Protocol.MAGIC + 1, 1, 1, 0).array());
        assertRefused(header(Protocol.MAGIC, 0, 1, 0).array());
        assertRefused(header(Protocol.MAGIC, 2, 1, 0).array());
        for (int type : new int[] {0, 6, 15, 19, 128, 134, 142, 146, 0xffff}) {
            assertRefused(header(Protocol.MAGIC, 1, type, 0).array());
        }
    }

    @ParameterizedTest
    @EnumSource(Tag.class)
    void aFieldAtItsBoundIsReadAndOneByteMoreIsRefused(Tag tag) throws Exception {
        int most = Math.min(tag.bytes(), Tag.JSON.bytes());
        assertTrue(read(message(field(tag.code(), 0, most, most))).has(tag));
        assertRefused(message(field(tag.code(), 0, most + 1, most + 1)));
        if (tag.isNumber()) {
            assertRefused(message(field(tag.code(), 0, most - 1, most - 1)));
            assertRefused(message(field(tag.code(), 0, 0, 0)));
        } else {
            assertEquals("", read(message(field(tag.code(), 0, 0, 0))).text(tag));
        }
    }

    @Test
    void aFieldThatIsLongerThanItsMessageIsRefused() {
        assertRefused(message(field(Tag.TEXT.code(), 0, 11, 10)));
        assertRefused(message(field(Tag.TEXT.code(), 0, -1, 10)));
        assertRefused(message(field(Tag.TEXT.code(), 0, Integer.MAX_VALUE, 10)));
        assertRefused(message(field(999, 0, 11, 10)));
        for (int part = 1; part < Protocol.FIELD_HEADER_BYTES; part++) {
            assertRefused(message(ByteBuffer.allocate(part)));
        }
    }

    @Test
    void aFieldWithoutItsZeroOrComingTwiceIsRefused() {
        assertRefused(message(field(Tag.TEXT.code(), 1, 4, 4)));
        ByteBuffer twice = ByteBuffer.allocate(24).put(field(Tag.PID.code(), 0, 4, 4)).put(field(Tag.PID.code(), 0, 4, 4));
        assertRefused(message(twice.flip()));
    }

    @Test
    void fieldsOfALaterVersionAreSkipped() throws Exception {
        ByteBuffer fields = ByteBuffer.allocate(100).put(field(0, 0, 3, 3)).put(field(250, 0, 9, 9))
                .put(field(0xffff, 0, 0, 0)).put(field(Tag.PID.code(), 0, 4, 4)).flip();
        assertEquals(0, read(message(fields)).number(Tag.PID));
    }

    @Test
    void whatIsNotUtf8IsReplaced() throws Exception {
        ByteBuffer field = field(Tag.COMMAND.code(), 0, 4, 4);
        field.put(8, new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b'});
        assertEquals("a\ufffd\ufffdb", read(message(field)).text(Tag.COMMAND));
    }

    @Test
    void aTextThatIsTooLongIsCutAtAWholeCharacter() throws Exception {
        String text = "a" + "é".repeat(Protocol.TEXT_MAX_BYTES);
        String cut = read(MessageBuilder.text(MessageType.FEEDBACK, text)).text(Tag.TEXT);
        assertTrue(text.startsWith(cut));
        assertEquals(Protocol.TEXT_MAX_BYTES - 1, cut.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void noBytesBreakTheReader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = new MessageBuilder(MessageType.CALL_OPEN).number(Tag.KIND, 1).text(Tag.SHELL, "bash")
                .text(Tag.COMMAND, "make").number(Tag.COMMAND_BYTES, 4).text(Tag.CWD, "/").build();
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = random.nextInt(10) == 0 ? new byte[random.nextInt(200)] : good.clone();
            for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1));
            try {
                take(new MessageReader(), in);
            } catch (MalformedMessageException e) {
                assertNotNull(e.getMessage(), () -> "seed " + seed);
            }
        }
    }

    private static int take(MessageReader reader, ByteBuffer in) throws MalformedMessageException {
        int found = 0;
        while (reader.next(in) != null) {
            found++;
        }
        assertFalse(in.hasRemaining());
        return found;
    }

    private static Message read(byte[] bytes) throws MalformedMessageException {
        return new MessageReader().next(ByteBuffer.wrap(bytes));
    }

    private static void assertRefused(byte[] bytes) {
        assertThrows(MalformedMessageException.class, () -> read(bytes));
    }

    private static byte[] message(ByteBuffer fields) {
        return header(Protocol.MAGIC, 1, MessageType.CONTROL.code(), fields.remaining()).put(fields).array();
    }

    private static ByteBuffer header(int magic, int version, int type, int length) {
        return ByteBuffer.allocate(Protocol.HEADER_BYTES + Math.max(0, Math.min(length, Protocol.MESSAGE_MAX_BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN).putInt(magic).putShort((short) version).putShort((short) type).putInt(length);
    }

    private static ByteBuffer field(int tag, int zero, int length, int bytes) {
        return ByteBuffer.allocate(Protocol.FIELD_HEADER_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag).putShort((short) zero).putInt(length).rewind();
    }
}
