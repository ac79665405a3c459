package io.agentcgroup.gateway.internal;

import static io.agentcgroup.gateway.internal.TestGateway.eventually;
import static io.agentcgroup.gateway.internal.TestGateway.expect;
import static io.agentcgroup.gateway.internal.TestGateway.granted;
import static io.agentcgroup.gateway.internal.TestGateway.legalCall;
import static io.agentcgroup.gateway.internal.TestGateway.openDescriptors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.gateway.internal.net.Client;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bad client does costs his own connection and nothing else. */
@Timeout(120)
class BadClientsTest {

    private static final int HOSTILE_MESSAGES = 10_000;
    private static final int HOSTILE_CLIENTS = 4;
    private static final int LEGAL_CLIENTS = 2;

    @TempDir
    private Path folder;
    private TestGateway gateway;
    private Path socket;
    private long descriptorsBefore;

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(folder);
        socket = gateway.open("agent-1");
        legalCall(socket, "load all classes");
        descriptorsBefore = openDescriptors();
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        try {
            legalCall(socket, "a legal call after all that");
            assertTrue(eventually(() -> descriptors() <= descriptorsBefore),
                    () -> "descriptors before " + descriptorsBefore + ", after " + descriptors());
        } finally {
            gateway.close();
        }
    }

    @Test
    void tenThousandRandomAndMutatedMessagesHarmNobody() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of the hostile messages: " + seed);
        gateway.engine.remember = false;
        ExecutorService clients = Executors.newFixedThreadPool(HOSTILE_CLIENTS + LEGAL_CLIENTS);
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Integer>> legal = new ArrayList<>();
        for (int i = 0; i < LEGAL_CLIENTS; i++) {
            legal.add(clients.submit(() -> legalCallsUntil(over)));
        }
        List<Future<Integer>> hostile = new ArrayList<>();
        for (int i = 0; i < HOSTILE_CLIENTS; i++) {
            Random random = new Random(seed + i);
            hostile.add(clients.submit(() -> attack(random, HOSTILE_MESSAGES / HOSTILE_CLIENTS)));
        }
        for (Future<Integer> attacker : hostile) {
            attacker.get();
        }
        over.set(true);
        for (Future<Integer> worker : legal) {
            assertTrue(worker.get() > 10, "legal clients went on meanwhile");
        }
        clients.shutdown();
    }

    private int legalCallsUntil(AtomicBoolean over) throws IOException {
        int calls = 0;
        while (!over.get()) {
            legalCall(socket, "legal " + calls++);
        }
        return calls;
    }

    private int attack(Random random, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            try (Client client = new Client(socket)) {
                if (random.nextInt(4) == 0) {
                    granted(client, "so that the later messages have their turn");
                }
                client.write(hostile(random));
                if (random.nextInt(3) == 0) {
                    client.write(hostile(random));
                }
            }
        }
        return messages;
    }

    private static byte[] hostile(Random random) {
        byte[] bytes = switch (random.nextInt(6)) {
            case 0 -> randomBytes(random);
            case 1 -> Messages.started(random.nextInt());
            case 2 -> Messages.exited(random.nextInt());
            case 3 -> Messages.resume(random.nextBoolean() ? "c" + random.nextInt(1000) : "../" + random.nextInt(), random.nextInt());
            case 4 -> headerOf(random);
            default -> Messages.openWithout("rm -rf /\u0000\u001b[2J").text(Tag.HINT, "memory:" + random.nextLong())
                    .number(Tag.HINT_SOURCE, random.nextInt(5)).build();
        };
        for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(2_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] headerOf(Random random) {
        byte[] body = randomBytes(random);
        return ByteBuffer.allocate(Protocol.HEADER_BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Protocol.MAGIC).putShort((short) Protocol.VERSION).putShort((short) random.nextInt(150))
                .putInt(random.nextBoolean() ? body.length : random.nextInt()).put(body).array();
    }

    @Test
    void aMessageThatIsTooLongIsRefusedByItsHeader() throws Exception {
        try (Client client = new Client(socket)) {
            client.write(ByteBuffer.allocate(Protocol.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(Protocol.MAGIC)
                    .putShort((short) 1).putShort((short) 1).putInt(Protocol.MESSAGE_MAX_BYTES).array());
            assertTrue(expect(MessageType.ERROR, client, "oversized").text(Tag.TEXT).contains("65536"));
            assertNull(client.read());
        }
    }

    @Test
    void aClientThatNeverStopsSendingIsCutOff() throws Exception {
        byte[] garbage = new byte[8192];
        try (Client client = new Client(socket)) {
            int written = 0;
            while (client.write(garbage)) {
                assertTrue(++written < 10_000, "80 MB of garbage were taken");
            }
        }
    }

    @Test
    void messagesThatHaveNoPlaceAreRefused() throws Exception {
        for (MessageType type : MessageType.values()) {
            if (type == MessageType.CALL_OPEN || type == MessageType.CALL_RESUME) {
                continue;
            }
            try (Client client = new Client(socket)) {
                client.write(new MessageBuilder(type).number(Tag.PID, 1).number(Tag.ERRNO, 1).number(Tag.WAIT_STATUS, 0)
                        .text(Tag.SESSION, "agent-1").text(Tag.JSON, "{}").build());
                expect(MessageType.ERROR, client, "first message " + type);
            }
        }
    }

    @Test
    void aSecondQuestionOnOneConnectionEndsItAndAbandonsTheCall() throws Exception {
        gateway.engine.told.clear();
        try (Client client = new Client(socket)) {
            String id = granted(client, "first");
            client.write(Messages.open("second"));
            expect(MessageType.ERROR, client, "second");
            assertNull(client.read());
            assertEquals(id + " abandoned", gateway.told());
        }
    }

    @Test
    void aQuestionWithoutItsFieldsIsRefused() throws Exception {
        for (byte[] bytes : List.of(MessageBuilder.empty(MessageType.CALL_OPEN),
                new MessageBuilder(MessageType.CALL_OPEN).number(Tag.KIND, 9).text(Tag.SHELL, "").text(Tag.COMMAND, "")
                        .number(Tag.COMMAND_BYTES, 0).text(Tag.CWD, "").build(),
                Messages.openWithout("x").text(Tag.HINT, "memory:1g").build(),
                Messages.openWithout("x").text(Tag.HINT, "memory:1g").number(Tag.HINT_SOURCE, 0).build(),
                MessageBuilder.empty(MessageType.CALL_RESUME))) {
            try (Client client = new Client(socket)) {
                client.write(bytes);
                expect(MessageType.ERROR, client, "a question without its fields");
            }
        }
    }

    @Test
    void aClientThatSaysNothingOrDripsIsDroppedInTimeWhileOthersGoOn() throws Exception {
        byte[] open = Messages.open("drip");
        // Before they connect, from when on their time runs.
        long beganNs = System.nanoTime();
        try (Client silent = new Client(socket); Client dripping = new Client(socket)) {
            dripping.write(Arrays.copyOf(open, open.length - 1));
            for (int i = 0; i < 50; i++) {
                legalCall(socket, "meanwhile");
            }
            expect(MessageType.ERROR, silent, "silent");
            expect(MessageType.ERROR, dripping, "dripping");
            assertNull(silent.read());
            assertNull(dripping.read());
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
            assertTrue(tookMs >= 1_900 && tookMs < 10_000, "dropped after " + tookMs + " ms");
        }
    }

    @Test
    void halfAMessageInTheMiddleOfACallIsDroppedInTimeToo() throws Exception {
        gateway.engine.told.clear();
        try (Client client = new Client(socket)) {
            String id = granted(client, "make");
            client.write(Messages.started(1));
            assertEquals(id + " started 1", gateway.told());
            client.write(Arrays.copyOf(Messages.exited(0), 15));
            expect(MessageType.ERROR, client, "half a message");
            assertEquals(id + " abandoned", gateway.told());
        }
    }

    @Test
    void aRunningCallMayBeSilentForLong() throws Exception {
        try (Client client = new Client(socket)) {
            granted(client, "sleep");
            client.write(Messages.started(1));
            try (Client silent = new Client(socket)) {
                expect(MessageType.ERROR, silent, "the deadline of a first message has passed");
            }
            client.write(Messages.exited(0));
            expect(MessageType.DONE, client, "done");
        }
    }

    @Test
    void whoHoldsAGrantWithoutStartingLosesIt() throws Exception {
        gateway.engine.told.clear();
        try (Client client = new Client(socket)) {
            String id = granted(client, "make");
            expect(MessageType.ERROR, client, "not started");
            assertEquals(id + " abandoned", gateway.told());
        }
    }

    @Test
    void feedbackThatNobodyReadsIsLeftOutAndBlocksNobody() throws Exception {
        AtomicReference<CallListener> agent = new AtomicReference<>();
        gateway.engine.answer = (call, listener) -> {
            agent.compareAndSet(null, listener);
            return CompletableFuture.completedFuture(call);
        };
        int lines = 20_000;
        try (Client deaf = new Client(socket)) {
            granted(deaf, "make");
            deaf.write(Messages.started(1));
            long beganNs = System.nanoTime();
            for (int i = 0; i < lines; i++) {
                agent.get().feedback("line " + i + " " + "x".repeat(200));
            }
            assertTrue(System.nanoTime() - beganNs < TimeUnit.SECONDS.toNanos(20));
            legalCall(socket, "meanwhile");
            deaf.write(Messages.exited(0));
            int read = 0;
            Message message;
            while ((message = deaf.read()) != null && message.type() == MessageType.FEEDBACK) {
                assertTrue(message.text(Tag.TEXT).startsWith("line " + read++ + " "), "no line is torn or out of order");
            }
            assertEquals(MessageType.DONE, message == null ? null : message.type());
            assertTrue(read > 100 && read < lines / 2, read + " lines were kept");
        }
    }

    @Test
    void aSessionOverItsBoundIsToldSoAndOtherSessionsAreNot() throws Exception {
        bounded(2, 100, (one, other) -> {
            try (Client first = new Client(one); Client second = new Client(one); Client third = new Client(one)) {
                granted(first, "1");
                granted(second, "2");
                third.write(Messages.open("3"));
                assertEquals("this session has more than 2 calls at once",
                        expect(MessageType.PASS, third, "third").text(Tag.TEXT));
                assertNull(third.read());
                legalCall(other, "another session");
            }
            return null;
        });
    }

    @Test
    void aUserOverHisBoundIsToldSo() throws Exception {
        bounded(100, 3, (one, other) -> {
            List<Client> clients = new ArrayList<>();
            List<String> refusals = new ArrayList<>();
            // The gateway's own warm-up, which is root's too, may still hold a place.
            for (int i = 0; i < 6; i++) {
                Client client = new Client(i % 2 == 0 ? one : other);
                clients.add(client);
                client.write(Messages.open("call " + i));
                Message answer = client.read();
                if (answer.type() == MessageType.PASS) {
                    refusals.add(answer.text(Tag.TEXT));
                } else {
                    Client.closeDescriptor(client.takeDescriptor());
                }
            }
            clients.forEach(Client::close);
            assertTrue(refusals.size() >= 3 && refusals.size() <= 4, refusals::toString);
            assertTrue(refusals.stream().allMatch(text -> text.contains("more than 3 calls at once")), refusals::toString);
            return null;
        });
    }

    @Test
    void whoConnectsWithoutEndIsHungUpOnAtOnce() throws Exception {
        bounded(1, 100, (one, other) -> {
            List<Client> flood = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                flood.add(new Client(one));
            }
            assertNull(flood.get(99).read(), "the last one is not even told");
            legalCall(other, "another session");
            flood.forEach(Client::close);
            return null;
        });
    }

    private interface Scene {
        Void play(Path one, Path other) throws Exception;
    }

    private void bounded(int ofSession, int ofUser, Scene scene) throws Exception {
        try (TestGateway small = new TestGateway(folder.resolve("small").toFile().mkdir()
                ? folder.resolve("small") : folder, ofSession, ofUser)) {
            Path one = small.open("one");
            Path other = small.open("other");
            Callable<Void> played = () -> scene.play(one, other);
            played.call();
            // The bound is given back.
            assertTrue(eventually(() -> {
                try {
                    legalCall(one, "after");
                    return true;
                } catch (IOException | AssertionError e) {
                    return false;
                }
            }));
        }
    }

    private static long descriptors() {
        try {
            return openDescriptors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
