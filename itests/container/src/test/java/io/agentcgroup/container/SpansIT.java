package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Feature {@code otel} in a daemon, from a command to the collector. */
class SpansIT {

    private final BlockingQueue<Span> spans = new LinkedBlockingQueue<>();
    private Instance instance;
    private HttpServer collector;

    @BeforeEach
    void install() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", this::receive);
        collector.start();
        instance = new Instance();
    }

    @AfterEach
    void uninstall() throws Exception {
        collector.stop(0);
        instance.close();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            request.getResourceSpansList().forEach(resource -> resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
        }
    }

    @Test
    void aCommandIsASpanOnceAnEndpointIsSetAndASecretIsNotInIt() throws Exception {
        Files.writeString(instance.conf().resolve("agentcgroup.properties"),
                "features = core, enforcement, calls, intents, policies, gateway, health, shell, otel\n");
        instance.succeed("start");
        assertEquals(List.of(), threadsOfTheSdk());
        instance.succeed("run", "--session", "traced", "--", "/bin/sh", "-c", "bash -c 'exit 0'");

        Files.writeString(instance.conf().resolve("io.agentcgroup.otel.cfg"),
                "endpoint = http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces\ncommands = true\n");
        Eventually.isTrue("it is switched on", () -> instance.log().contains("a span for each tool call goes to"));
        instance.succeed("run", "--session", "traced", "--", "/bin/sh", "-c", "bash -c 'echo --password=hunter2; exit 0'");

        Span span = spans.poll(20, TimeUnit.SECONDS);
        assertNotNull(span, instance.log());
        Map<String, String> values = span.getAttributesList().stream()
                .collect(Collectors.toMap(KeyValue::getKey, attribute -> attribute.getValue().getStringValue()));
        assertEquals("execute_tool bash", span.getName());
        assertEquals("traced", values.get("gen_ai.conversation.id"));
        assertEquals("echo --password=[redacted]; exit 0", values.get("process.command_line"));
        assertEquals(List.of(values.get("gen_ai.tool.call.id")), instance.journal("traced").stream().skip(1).map(call -> call.get("id")).toList());
        assertTrue(spans.isEmpty(), "a call of before is sent: " + spans);
        assertFalse(threadsOfTheSdk().isEmpty());
    }

    private List<String> threadsOfTheSdk() throws IOException {
        try (var tasks = Files.list(Path.of("/proc", String.valueOf(instance.daemon().pid()), "task"))) {
            return tasks.map(task -> name(task.resolve("comm"))).filter(name -> name.startsWith("BatchSpan") || name.startsWith("agentcgroup-otl"))
                    .toList();
        }
    }

    private static String name(Path comm) {
        try {
            return Files.readString(comm).strip();
        } catch (IOException e) {
            // The thread has just ended.
            return "";
        }
    }
}
