package io.agentcgroup.otel.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.agentcgroup.api.Outcome;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallSpansTest {

    private Collector collector;
    private ToolCallSpans spans;

    @BeforeEach
    void listen() throws IOException {
        collector = new Collector(0);
    }

    @AfterEach
    void close() {
        stop();
        collector.close();
    }

    /** What waits is sent then, so that a test need not wait for the batch. */
    private void stop() {
        if (spans != null) {
            spans.close();
            spans = null;
        }
    }

    @Test
    void aCallIsASpanByTheConventions() throws Exception {
        open(Map.of("headers", "Authorization=Bearer abc=, X-Other=1", "service_name", "builders"));
        spans.ended(Calls.exited("c-1", 2));
        stop();
        Collector.Received received = collector.request();
        assertEquals("Bearer abc=", received.authorization());
        Map<String, Object> resource = values(received.request().getResourceSpans(0).getResource().getAttributesList());
        assertEquals(List.of("builders", "1.2.3"), List.of(resource.get("service.name"), resource.get("service.version")));

        Span span = Collector.spansOf(received.request()).get(0);
        assertEquals("execute_tool bash", span.getName());
        assertEquals(Span.SpanKind.SPAN_KIND_INTERNAL, span.getKind());
        assertEquals(ns(Calls.NOON), span.getStartTimeUnixNano());
        assertEquals(ns(Calls.NOON.plusSeconds(2)), span.getEndTimeUnixNano());
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode());
        assertTrue(span.getParentSpanId().isEmpty());
        Map<String, Object> expected = new HashMap<>(Map.of("gen_ai.operation.name", "execute_tool", "gen_ai.tool.name", "bash",
                "gen_ai.tool.type", "function", "gen_ai.tool.call.id", "c-1", "gen_ai.agent.name", "mine", "gen_ai.conversation.id", "mine",
                "process.exit.code", 2L));
        expected.putAll(Map.of("agentcgroup.tier", "observe", "agentcgroup.kind", "shell", "agentcgroup.end", "exited",
                "agentcgroup.oom_kill", 3L, "agentcgroup.adopted", false, "agentcgroup.leftovers", 2L, "agentcgroup.duration_us", 1_900_000L,
                "agentcgroup.waited_us", 40_000L, "agentcgroup.rungs", List.of("freeze", "release"), "agentcgroup.memory_peak_bytes", 300L << 20));
        expected.putAll(Map.of("agentcgroup.cpu_us", 5_000L, "agentcgroup.grant.policy", "graduated", "agentcgroup.grant.placement", "call",
                "agentcgroup.grant.expected_bytes", 1L << 28, "agentcgroup.grant.memory_high_bytes", 1L << 30, "agentcgroup.grant.cpu_weight", 100L));
        assertEquals(expected, values(span.getAttributesList()));
    }

    @Test
    void whatWasDoneToTheCallAreEventsThatHoldNoEscapeSequence() throws Exception {
        open(Map.of());
        spans.ended(Calls.exited("c-1", 0));
        stop();
        Span span = collector.spans(1).get(0);
        assertEquals(List.of("agentcgroup.freeze", "agentcgroup.release"), span.getEventsList().stream().map(Span.Event::getName).toList());
        assertEquals(ns(Calls.NOON.plusSeconds(1)), span.getEvents(0).getTimeUnixNano());
        assertEquals(Map.of("agentcgroup.policy", "graduated", "agentcgroup.reason", "there is room\\x1b[2J"),
                values(span.getEvents(1).getAttributesList()));
    }

    /** A list without an element is allowed; there are receivers that throw the whole request away for it. */
    @Test
    void aCallToWhichNothingWasDoneHasNoEmptyList() throws Exception {
        open(Map.of());
        spans.ended(Calls.leftAlone());
        stop();
        Span span = collector.spans(1).get(0);
        assertEquals(0, span.getEventsCount());
        assertFalse(values(span.getAttributesList()).containsKey("agentcgroup.rungs"), span.toString());
    }

    @ParameterizedTest
    @CsvSource({"OOM_KILLED, 9, oom_killed", "ENDED, 9, ended", "NOT_STARTED, , not_started", "EXITED, 11, signal"})
    void aCallThatWasKilledIsAnError(Outcome.End end, Integer signal, String type) throws Exception {
        open(Map.of());
        spans.ended(Calls.ended(end, signal == null ? OptionalInt.empty() : OptionalInt.of(signal)));
        stop();
        Span span = collector.spans(1).get(0);
        assertEquals(Status.StatusCode.STATUS_CODE_ERROR, span.getStatus().getCode());
        assertFalse(span.getStatus().getMessage().isEmpty());
        assertEquals(type, values(span.getAttributesList()).get("error.type"));
    }

    @Test
    void aCallWhoseCommandHadExitedBeforeItWasEndedIsNone() throws Exception {
        open(Map.of());
        spans.ended(Calls.exitedAndThenEnded());
        stop();
        Span span = collector.spans(1).get(0);
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode());
        assertFalse(values(span.getAttributesList()).containsKey("error.type"), span.toString());
        assertEquals("ended", values(span.getAttributesList()).get("agentcgroup.end"));
    }

    @Test
    void idsFollowFromTheCallsOwn() throws Exception {
        open(Map.of());
        spans.ended(Calls.exited("c-1", 0));
        spans.ended(Calls.exited("c-1", 1));
        spans.ended(Calls.exited("c-2", 0));
        stop();
        List<Span> sent = collector.spans(3);
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(("c-1 " + Calls.NOON).getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of(digest.substring(0, 32), digest.substring(32, 48)), List.of(hex(sent.get(0).getTraceId()), hex(sent.get(0).getSpanId())));
        assertEquals(sent.get(0).getTraceId(), sent.get(1).getTraceId());
        assertNotEquals(sent.get(0).getTraceId(), sent.get(2).getTraceId());
    }

    @ParameterizedTest
    @CsvSource({"/usr/bin/make -j8, make", "python3.11 x.py, python3.11", "'', exec", "'TOKEN=hunter2 x', exec", "/a/\u001b[2J x, exec", "'\"a b\" c', exec"})
    void theProgramNamesACallWithoutAShellIfItIsAPlainName(String command, String tool) throws Exception {
        open(Map.of());
        spans.ended(Calls.exec(command));
        stop();
        assertEquals("execute_tool " + tool, collector.spans(1).get(0).getName());
    }

    @Test
    void commandsAreSentOnlyWhenAskedFor() throws Exception {
        open(Map.of());
        spans.ended(Calls.exec("login hunter2"));
        stop();
        assertFalse(collector.request().request().toString().contains("hunter2"));
        open(Map.of("commands", true));
        spans.ended(Calls.exec("login \u001b[2J"));
        stop();
        assertEquals("login \\x1b[2J", values(collector.spans(1).get(0).getAttributesList()).get("process.command_line"));
    }

    @Test
    void aClockThatWasSetBackMakesNoSpanThatEndsBeforeItBegins() throws Exception {
        open(Map.of());
        spans.ended(Calls.clockSetBack());
        stop();
        Span span = collector.spans(1).get(0);
        assertEquals(span.getStartTimeUnixNano(), span.getEndTimeUnixNano());
    }

    @Test
    void whatWaitsIsSentAtTheStop() throws Exception {
        open(Map.of());
        for (int i = 0; i < 500; i++) {
            spans.ended(Calls.exited("c-" + i, 0));
        }
        stop();
        assertEquals(500, collector.spans(500).stream().map(Span::getTraceId).distinct().count());
    }

    @Test
    void withoutAnEndpointThereIsNoThread() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        spans = new ToolCallSpans(config(Map.of()), "1.2.3");
        spans.ended(Calls.exited("c-1", 0));
        assertEquals(Set.of(), threadsSince(before));
        open(Map.of());
        assertFalse(threadsSince(before).isEmpty());
    }

    @Test
    void aCollectorThatIsAwayCostsSpansOnlyAndHoldsUpNobody() throws Exception {
        int port = collector.port();
        collector.close();
        open(Map.of("queue", 16, "endpoint", "http://127.0.0.1:" + port + "/v1/traces"));
        long before = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            spans.ended(Calls.exited("c-" + i, 0));
        }
        long took = System.nanoTime() - before;
        assertTrue(took < TimeUnit.SECONDS.toNanos(2), took + " ns for a thousand calls");
        assertEquals(984, spans.lost());
        before = System.nanoTime();
        stop();
        took = System.nanoTime() - before;
        assertTrue(took < TimeUnit.MILLISECONDS.toNanos(Tracing.CLOSE_MOST_MS + 2_000), took + " ns to stop");
    }

    @Test
    void afterAnOutageSpansArriveAgain() throws Exception {
        open(Map.of());
        collector.answer(400);
        spans.ended(Calls.exited("lost", 0));
        collector.request();
        collector.answer(200);
        spans.ended(Calls.exited("c-1", 0));
        assertEquals("c-1", values(collector.spans(1).get(0).getAttributesList()).get("gen_ai.tool.call.id"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            endpoint     | 127.0.0.1:4318             | endpoint is empty or an address with its path, such as http://127.0.0.1:4318/v1/traces, not "127.0.0.1:4318"
            endpoint     | file:///etc/passwd         | endpoint is empty or an address with its path, such as http://127.0.0.1:4318/v1/traces, not "file:///etc/passwd"
            service_name | ' '                        | service.name has 1 to 128 characters, not 0
            headers      | a=1,secret                 | headers is name=value, several separated by commas; header 2 is not
            headers      | a b=secret                 | headers is name=value, several separated by commas; header 1 is not
            """)
    void aWrongValueIsNamedAndNoHeaderIsShown(String property, String value, String message) {
        Map<String, Object> values = new HashMap<>(Map.of("endpoint", collector.endpoint()));
        values.put(property, value);
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> open(values)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16_385})
    void theQueueHasBounds(int queue) {
        assertEquals("queue is 16 to 16384, not " + queue,
                assertThrows(IllegalArgumentException.class, () -> open(Map.of("queue", queue))).getMessage());
    }

    private void open(Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(Map.of("endpoint", collector.endpoint()));
        all.putAll(values);
        spans = new ToolCallSpans(config(all), "1.2.3");
    }

    private static OtelConfig config(Map<String, Object> values) {
        return (OtelConfig) Proxy.newProxyInstance(OtelConfig.class.getClassLoader(), new Class<?>[] {OtelConfig.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    private static Set<Thread> threadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> !before.contains(thread))
                .filter(thread -> thread.getName().matches("BatchSpanProcessor.*|agentcgroup-otlp")).collect(Collectors.toSet());
    }

    private static long ns(Instant time) {
        return Duration.between(Instant.EPOCH, time).toNanos();
    }

    private static String hex(ByteString bytes) {
        return String.format("%0" + bytes.size() * 2 + "x", new BigInteger(1, bytes.toByteArray()));
    }

    private static Map<String, Object> values(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> value(attribute.getValue())));
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case INT_VALUE -> value.getIntValue();
            case BOOL_VALUE -> value.getBoolValue();
            case ARRAY_VALUE -> value.getArrayValue().getValuesList().stream().map(ToolCallSpansTest::value).toList();
            default -> value.getStringValue();
        };
    }
}
