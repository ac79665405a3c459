package io.agentcgroup.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.jr.ob.JSON;

import io.agentcgroup.cli.CommandException;

/**
 * Asks the running daemon over its control socket, as {@code agentcgroup_protocol.h} says: one {@code CONTROL} message,
 * answered by pieces of one JSON text and {@code DONE}.
 */
public final class ControlClient {

    // The names and numbers are those of agentcgroup_protocol.h.
    private static final int MAGIC = 0x50474341;
    private static final short VERSION = 1;
    private static final int HEADER_BYTES = 12;
    private static final int FIELD_HEADER_BYTES = 8;
    private static final int MESSAGE_MAX_BYTES = 65536;
    private static final short MSG_CONTROL = 18;
    private static final short MSG_DONE = 133;
    private static final short MSG_ERROR = 143;
    private static final short MSG_CONTROL_REPLY = 145;
    private static final short TAG_TEXT = 14;
    private static final short TAG_JSON = 15;

    private final Path socket;

    /** @param run the daemon's run folder */
    public ControlClient(Path run) {
        this.socket = run.resolve("control.sock");
    }

    /** @return whether a daemon answers there */
    public boolean answers() {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * @param operation such as {@code status}
     * @param parameters further members of the request
     * @return the reply
     * @throws CommandException if no daemon answers, or it says that it cannot
     */
    public Map<String, Object> ask(String operation, Map<String, ?> parameters) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("op", operation);
        request.putAll(parameters);
        ByteBuffer message = message(request);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            while (message.hasRemaining()) {
                channel.write(message);
            }
            return JSON.std.mapFrom(receive(channel));
        } catch (NoSuchFileException | SocketException e) {
            throw new CommandException(explain(e), e);
        } catch (IOException e) {
            throw new CommandException("the daemon at " + socket + " broke off: " + e.getMessage(), e);
        }
    }

    private String explain(IOException failure) {
        if (!Files.exists(socket)) {
            return "AgentCgroup does not run (no " + socket + "); start it with: agentcgroup start";
        }
        if (!Files.isWritable(socket)) {
            return "only root may ask the daemon at " + socket;
        }
        return "AgentCgroup does not answer at " + socket + " (" + failure.getMessage()
                + "); start it with: agentcgroup start";
    }

    /** Made before connecting: whoever connects and says nothing is soon hung up on, and a first JSON text takes time to make. */
    private static ByteBuffer message(Map<String, Object> request) {
        byte[] json = json(request);
        ByteBuffer message = ByteBuffer.allocate(HEADER_BYTES + FIELD_HEADER_BYTES + json.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(MAGIC).putShort(VERSION).putShort(MSG_CONTROL).putInt(FIELD_HEADER_BYTES + json.length);
        return message.putShort(TAG_JSON).putShort((short) 0).putInt(json.length).put(json).flip();
    }

    private static byte[] json(Map<String, Object> request) {
        try {
            return JSON.std.asBytes(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String receive(SocketChannel channel) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        while (true) {
            ByteBuffer header = read(channel, HEADER_BYTES);
            if (header.getInt() != MAGIC || header.getShort() != VERSION) {
                throw new IOException("it speaks another protocol or version");
            }
            short type = header.getShort();
            int length = header.getInt();
            if (length < 0 || length > MESSAGE_MAX_BYTES) {
                throw new IOException("a message of " + length + " bytes");
            }
            ByteBuffer fields = read(channel, length);
            switch (type) {
                case MSG_CONTROL_REPLY -> json.writeBytes(field(fields, TAG_JSON));
                case MSG_ERROR -> throw new CommandException(new String(field(fields, TAG_TEXT), StandardCharsets.UTF_8));
                case MSG_DONE -> {
                    return json.toString(StandardCharsets.UTF_8);
                }
                default -> throw new IOException("a message of unknown type " + type);
            }
        }
    }

    private static byte[] field(ByteBuffer fields, short wanted) throws IOException {
        while (fields.remaining() >= FIELD_HEADER_BYTES) {
            short tag = fields.getShort();
            fields.getShort();
            int length = fields.getInt();
            if (length < 0 || length > fields.remaining()) {
                break;
            }
            byte[] value = new byte[length];
            fields.get(value);
            if (tag == wanted) {
                return value;
            }
        }
        throw new IOException("a message without field " + wanted);
    }

    private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection ended too early");
            }
        }
        return buffer.flip();
    }
}
