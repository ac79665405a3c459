package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.container.OtlpReceiver.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Spans as a receiver reads them that shares no line with us and has its own reading of OpenTelemetry's definition. */
class OtlpReceiverIT {

    private static final String SERVICE = "builders";
    /** A batch is a second away, on a quiet machine. */
    private static final int DELIVERY_AT_MOST_MS = 20_000;

    private static Instance instance;
    private static OtlpReceiver receiver;

    @BeforeAll
    static void start() throws Exception {
        receiver = new OtlpReceiver(0);
        instance = new Instance();
        Files.writeString(instance.conf().resolve("agentcgroup.properties"),
                "features = core, enforcement, calls, intents, policies, gateway, health, shell, otel\n");
        Files.writeString(instance.conf().resolve("io.agentcgroup.otel.cfg"),
                "endpoint = http://127.0.0.1:" + receiver.port() + "/v1/traces\nservice.name = " + SERVICE + "\n");
        instance.succeed("start");
        Eventually.isTrue("it is switched on", () -> instance.log().contains("a span for each tool call goes to"));
    }

    @AfterAll
    static void end() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        if (instance != null) {
            instance.close();
        }
    }

    @Test
    void eachCallOfTheJournalIsASpanThatSaysHowItEnded() throws Exception {
        // A PID namespace whose first process is gone lets no other be born.
        Process agent = instance.command("run", "--session", "ends", "--", "/bin/sh", "-c", """
                bash -c 'exit 3'
                sh -c 'kill -9 $$'
                unshare --pid /bin/sh -c '/bin/true; exec bash -c "exit 4"'
                bash -c 'sleep 61'
                """).start();
        try {
            Eventually.isTrue("the last call runs", () -> instance.succeed("calls").out().contains("sleep 61"));
            instance.succeed("exec", "--session", "ends", "--", "/bin/true");
            instance.succeed("end", runs("sleep 61"));
            assertTrue(agent.waitFor(20, TimeUnit.SECONDS), "the agent goes on");
        } finally {
            agent.destroyForcibly();
        }
        Eventually.isTrue("all calls are journalled", () -> instance.journal("ends").size() == 5);
        Map<Object, Received> spans = new HashMap<>();
        for (Map<String, Object> call : instance.journal("ends")) {
            Received span = receiver.spanOf(call.get("id"));
            assertSameCall(call, span);
            spans.put(call.get("command"), span);
        }
        assertEnded("execute_tool bash", "3", null, spans.get("exit 3"));
        assertEnded("execute_tool sh", null, "signal", spans.get("kill -9 $$"));
        assertEnded("execute_tool bash", null, "not_started", spans.get("exit 4"));
        assertEnded("execute_tool bash", null, "ended", spans.get("sleep 61"));
        assertEnded("execute_tool true", "0", null, spans.get("/bin/true"));
    }

    @Test
    void aReceiverThatWasAwayGetsWhatWaitsWhenItIsBack() throws Exception {
        instance.succeed("run", "--session", "away", "--", "/bin/sh", "-c", "bash -c 'exit 1'; true");
        Eventually.isTrue("it is journalled", () -> instance.journal("away").size() == 1);
        receiver.spanOf(instance.journal("away").get(0).get("id"));
        receiver.close();
        try (ServerSocket place = new ServerSocket(receiver.port(), 0, InetAddress.getLoopbackAddress())) {
            place.setSoTimeout(DELIVERY_AT_MOST_MS);
            instance.succeed("run", "--session", "away", "--", "/bin/sh", "-c", "bash -c 'exit 2'; bash -c 'exit 3'; true");
            // Who comes with spans is turned away.
            place.accept().close();
        }
        receiver = new OtlpReceiver(receiver.port());
        Eventually.isTrue("all are journalled", () -> instance.journal("away").size() == 3);
        List<Map<String, Object>> calls = instance.journal("away");
        assertEquals(List.of(1, 2, 3), calls.stream().map(call -> call.get("exit_code")).toList());
        for (Map<String, Object> call : calls.subList(1, 3)) {
            assertSameCall(call, receiver.spanOf(call.get("id")));
        }
    }

    /** What leads from one to the other, and what both say. */
    private static void assertSameCall(Map<String, Object> call, Received received) throws Exception {
        assertEquals(List.of(SERVICE, Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(), "io.agentcgroup"),
                List.of(received.resource().get("service.name"), received.resource().get("host.name"), received.scope().get("name")));
        Map<String, Object> span = received.span();
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                .digest((call.get("id") + " " + call.get("received")).getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of(digest.substring(0, 32), digest.substring(32, 48)), List.of(span.get("traceId"), span.get("spanId")));
        assertEquals(List.of("SPAN_KIND_INTERNAL", ns(call.get("received")), ns(call.get("ended"))),
                List.of(span.get("kind"), span.get("startTimeUnixNano"), span.get("endTimeUnixNano")));
        Map<String, Object> values = received.attributes();
        assertEquals(List.of("execute_tool", "function", call.get("session"), call.get("session")), List.of(values.get("gen_ai.operation.name"),
                values.get("gen_ai.tool.type"), values.get("gen_ai.agent.name"), values.get("gen_ai.conversation.id")));
        for (String field : List.of("kind", "end", "signal", "adopted", "leftovers", "duration_us")) {
            assertEquals(text(call.get(field)), text(values.get("agentcgroup." + field)), field + " of " + call);
        }
        Map<String, Object> grant = OtlpReceiver.object(call, "grant");
        assertEquals(List.of(grant.get("policy"), grant.get("placement")),
                List.of(values.get("agentcgroup.grant.policy"), values.get("agentcgroup.grant.placement")));
        assertEquals(text(OtlpReceiver.object(call, "usage").get("cpu_us")), text(values.get("agentcgroup.cpu_us")));
    }

    private static void assertEnded(String name, String exitCode, String error, Received received) {
        Map<String, Object> status = OtlpReceiver.object(received.span(), "status");
        assertEquals(name, received.span().get("name"));
        assertEquals(name, "execute_tool " + received.attributes().get("gen_ai.tool.name"));
        assertEquals(exitCode, text(received.attributes().get("process.exit.code")));
        assertEquals(error, received.attributes().get("error.type"));
        assertEquals(error != null, "STATUS_CODE_ERROR".equals(status.get("code")), status.toString());
        assertEquals(error != null, status.get("message") != null, status.toString());
    }

    /** @return the call that runs this command */
    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    private static String runs(String command) throws IOException, InterruptedException {
        List<Map<String, Object>> calls = (List<Map<String, Object>>) instance.json("calls").get("calls");
        return calls.stream().filter(call -> command.equals(call.get("command"))).findFirst().orElseThrow().get("id").toString();
    }

    private static String ns(Object time) {
        return Long.toString(Duration.between(Instant.EPOCH, Instant.parse(time.toString())).toNanos());
    }

    /** Whole numbers come as text: the receiver's language has none of 64 bits. */
    private static String text(Object value) {
        return Objects.toString(value, null);
    }
}
