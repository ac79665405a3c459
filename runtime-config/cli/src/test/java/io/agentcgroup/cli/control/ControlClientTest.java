package io.agentcgroup.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.agentcgroup.cli.CommandException;

class ControlClientTest {

    /** From the module's folder, where Maven runs the tests. */
    private static final Path HEADER = Path.of("../../bpf/include/agentcgroup_protocol.h");

    @TempDir
    private Path run;

    @Test
    void theNumbersAreThoseOfTheHeader() throws IOException {
        String header = Files.readString(HEADER);
        String source = Files.readString(Path.of("src/main/java/io/agentcgroup/cli/control/ControlClient.java"));
        Matcher constants = Pattern.compile("(?:int|short) ([A-Z_]+) = ([0-9a-fx]+);").matcher(source);
        int compared = 0;
        while (constants.find()) {
            assertTrue(Pattern.compile("#define ACG_" + constants.group(1) + "\\s+" + constants.group(2) + "\\b")
                    .matcher(header).find(), constants.group() + " is not what the header says");
            compared++;
        }
        assertTrue(compared >= 10, "only " + compared + " constants were found");
    }

    @Test
    void aReplyInPiecesIsPutTogether() throws Exception {
        assertEquals(Map.of("tier", "observe"), ask(message(145, 15, "{\"tier\":"), message(145, 15, "\"observe\"}"),
                message(133, 0, "")));
    }

    @Test
    void aRefusalIsASentence() {
        assertEquals("no such session",
                assertThrows(CommandException.class, () -> ask(message(143, 14, "no such session"))).getMessage());
    }

    @Test
    void aDaemonThatBreaksOffOrTalksNonsenseIsSaid() {
        assertThrows(CommandException.class, this::ask);
        assertThrows(CommandException.class, () -> ask(ByteBuffer.allocate(12)));
        assertThrows(CommandException.class, () -> ask(message(145, 15, "{\"tier\":")));
    }

    @Test
    void withoutADaemonTheWayOutIsSaid() {
        ControlClient client = new ControlClient(run);

        assertFalse(client.answers());
        String message = assertThrows(CommandException.class, () -> client.ask("status", Map.of())).getMessage();
        assertTrue(message.contains("agentcgroup start"), message);
    }

    /** Asks a daemon that answers this and hangs up. */
    private Map<String, Object> ask(ByteBuffer... answers) throws IOException {
        Path socket = run.resolve("control.sock");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, List.of(answers)));
            try {
                return new ControlClient(run).ask("status", Map.of("a", 1));
            } finally {
                served.join();
            }
        }
    }

    private static void serve(ServerSocketChannel server, List<ByteBuffer> answers) {
        try (SocketChannel client = server.accept()) {
            ByteBuffer request = ByteBuffer.allocate(1024);
            client.read(request);
            String text = new String(request.array(), 0, request.position(), StandardCharsets.UTF_8);
            if (!text.endsWith("{\"op\":\"status\",\"a\":1}")) {
                throw new IllegalStateException("an unexpected request: " + text);
            }
            for (ByteBuffer answer : answers) {
                client.write(answer);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer message(int type, int tag, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(0x50474341).putShort((short) 1).putShort((short) type).putInt(tag == 0 ? 0 : 8 + bytes.length);
        if (tag != 0) {
            message.putShort((short) tag).putShort((short) 0).putInt(bytes.length).put(bytes);
        }
        return message.flip();
    }
}
