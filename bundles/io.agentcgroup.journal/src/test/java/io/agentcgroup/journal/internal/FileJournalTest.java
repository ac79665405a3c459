package io.agentcgroup.journal.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.redaction.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileJournalTest {

    @TempDir
    private Path state;
    private FileJournal journal;

    @AfterEach
    void close() {
        if (journal != null) {
            journal.close();
        }
    }

    @Test
    void aCallIsOneLineThatFitsTheSchema() throws IOException {
        open(Map.of());
        journal.append(Outcomes.full("a", "make\n-j4"));
        journal.append(Outcomes.bare("b"));
        List<String> lines = Files.readAllLines(state.resolve("tool-calls.jsonl"));
        assertEquals(2, lines.size());
        for (String line : lines) {
            assertEquals(Set.of(), schema("tool-call").validate(line, InputFormat.JSON), line);
        }
    }

    @Test
    void aMemoryCurveIsTwoColumnsOfAtMostTwoKilobytes() throws IOException {
        open(Map.of());
        journal.append(Outcomes.full("a", "make"));
        journal.append(Outcomes.withCurve("a"));
        List<String> lines = Files.readAllLines(state.resolve("tool-calls.jsonl"));
        assertEquals(Set.of(), schema("tool-call").validate(lines.get(1), InputFormat.JSON), lines.get(1));
        assertFalse(lines.get(0).contains("memory_curve"), lines.get(0));
        Map<?, ?> curve = (Map<?, ?>) journal.query(line -> true, 1).get(0).get("memory_curve");
        assertEquals(List.of(86_400_000, 64, 64), List.of(((List<?>) curve.get("at_ms")).get(0), ((List<?>) curve.get("at_ms")).size(), ((List<?>) curve.get("bytes")).size()));
        int grown = lines.get(1).length() - lines.get(0).length();
        assertTrue(grown < 2_048, grown + " bytes");
    }

    @Test
    void theSchemaRefusesWhatIsNoCall() throws IOException {
        assertFalse(schema("tool-call").validate("{\"schema\":\"agentcgroup.tool-call/v1\",\"id\":\"../x\"}", InputFormat.JSON).isEmpty());
    }

    @Test
    void anEventIsOneLineThatFitsTheSchema() throws IOException {
        open(Map.of());
        journal.append(event("hint-bad"));
        String line = Files.readString(state.resolve("events.jsonl"));
        assertEquals(Set.of(), schema("event").validate(line, InputFormat.JSON), line);
        assertEquals("hint-bad", journal.queryEvents(e -> true, 1).get(0).get("kind"));
    }

    @Test
    void whatIsSecretIsNowhereInTheFiles() throws IOException {
        open(Map.of("command_keep", 10), hiding("hunter2"));
        journal.append(Outcomes.full("a", "x hunter2 y"));
        journal.append(new JournalEvent(Instant.now(), "hint-bad", Optional.empty(), "hunter2 is no hint", Map.of("hint", "hunter2", "count", 1)));

        String written = Files.readString(state.resolve("tool-calls.jsonl")) + Files.readString(state.resolve("events.jsonl"));
        // Taken out before the command is cut: half a secret is one, too.
        assertFalse(written.contains("hunter"), written);
        assertTrue(written.contains("[redacted] is no hint"), written);
    }

    @Test
    void whatIsReadBackIsWhatWasWritten() {
        open(Map.of());
        journal.append(Outcomes.full("a", "make"));
        Map<String, Object> line = journal.query(l -> true, 10).get(0);
        assertEquals("a", line.get("id"));
        assertEquals("oom_killed", line.get("end"));
        assertEquals(1_500_000, line.get("duration_us"));
        assertEquals(9, line.get("signal"));
        assertFalse(line.containsKey("exit_code"));
        Map<?, ?> limits = (Map<?, ?>) ((Map<?, ?>) line.get("grant")).get("limits");
        assertEquals("max", limits.get("memory_high_bytes"));
        assertEquals(2147483648L, limits.get("memory_max_bytes"));
    }

    @Test
    void aCallIsFoundByItsIdAndNotByACommandThatNamesIt() {
        open(Map.of());
        journal.append(Outcomes.full("a", "make"));
        journal.append(Outcomes.full("b", "echo 'a' \"a\""));
        assertEquals("make", journal.find(new CallId("a")).orElseThrow().get("command"));
        assertEquals(Optional.empty(), journal.find(new CallId("c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\ud800", "a\udc00b", "\ud83d\ude00 \u65e5\u672c", "\u0000\u007f\u009b\u2028", "\"\\\n\r",
        "\udbff\udbff\udfff"})
    void hostileTextStaysOneLineOfPlainAscii(String text) throws IOException {
        open(Map.of());
        journal.append(Outcomes.full("a", text));
        byte[] bytes = Files.readAllBytes(state.resolve("tool-calls.jsonl"));
        for (int i = 0; i < bytes.length - 1; i++) {
            assertTrue(bytes[i] >= ' ' && bytes[i] < 0x7f, () -> new String(bytes, StandardCharsets.ISO_8859_1));
        }
        String expected = text.replace("\ud800", "\ufffd").replace("a\udc00b", "a\ufffdb").replace("\udbff\udbff", "\ufffd\udbff");
        assertEquals(expected, journal.query(l -> true, 1).get(0).get("command"));
        assertEquals(Set.of(), schema("tool-call").validate(new String(bytes, StandardCharsets.US_ASCII), InputFormat.JSON));
    }

    @Test
    void aLongCommandIsCutAndSaysSo() {
        open(Map.of("command_keep", 4));
        journal.append(Outcomes.full("a", "abc\ud83d\ude00def"));
        Map<String, Object> line = journal.query(l -> true, 1).get(0);
        assertEquals("abc", line.get("command"), "a surrogate pair is not cut in two");
        assertEquals(true, line.get("command_truncated"));
    }

    @Test
    void twentyThreadsLoseAndTearNothingOverRotations() throws Exception {
        open(Map.of("rotate_bytes", "64k", "keep_files", 100));
        ExecutorService threads = Executors.newFixedThreadPool(20);
        for (int i = 0; i < 2_000; i++) {
            String id = "c" + i;
            threads.submit(() -> journal.append(Outcomes.full(id, "make " + id)));
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
        assertTrue(Files.exists(state.resolve("tool-calls.jsonl.5")));
        Set<Object> ids = new TreeSet<>();
        journal.query(line -> true, 5_000).forEach(line -> ids.add(line.get("id")));
        assertEquals(2_000, ids.size());
        assertEquals(2_000, journal.counters().get("calls_total"));
        assertEquals(2_000, journal.counters().get("journal_lines_total"));
    }

    @Test
    void onlySoManyOldFilesAreKept() throws IOException {
        open(Map.of("rotate_bytes", "64k", "keep_files", 2));
        IntStream.range(0, 500).forEach(i -> journal.append(Outcomes.full("c" + i, "x".repeat(1_000))));
        try (var files = Files.list(state)) {
            assertEquals(Set.of("tool-calls.jsonl", "tool-calls.jsonl.1", "tool-calls.jsonl.2"),
                    files.map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void aQueryGivesTheNewestOldestFirstAcrossFiles() {
        open(Map.of("rotate_bytes", "64k", "keep_files", 100));
        IntStream.range(0, 300).forEach(i -> journal.append(Outcomes.full("c" + i, "x".repeat(i % 2 * 900))));
        List<Map<String, Object>> found = journal.query(line -> ((String) line.get("command")).isEmpty(), 120);
        assertEquals(120, found.size());
        assertEquals("c60", found.get(0).get("id"));
        assertEquals("c298", found.get(119).get("id"));
        assertEquals(List.of(), journal.query(line -> true, 0));
    }

    @Test
    void aTornLineIsSetAsideAndTheWholeOnesStay() throws IOException {
        open(Map.of());
        journal.append(Outcomes.full("a", "make"));
        journal.close();
        Path file = state.resolve("tool-calls.jsonl");
        Files.writeString(file, Files.readString(file) + "{\"schema\":\"agentcgr");

        open(Map.of());
        journal.append(Outcomes.full("b", "make"));
        assertEquals(List.of("a", "b"), journal.query(line -> true, 10).stream().map(line -> line.get("id")).toList());
        assertEquals("{\"schema\":\"agentcgr\n", Files.readString(state.resolve("tool-calls.jsonl.torn")));
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aFileThatIsOneTornLineIsSetAside() throws IOException {
        Files.writeString(state.resolve("tool-calls.jsonl"), "x".repeat(200_000));
        open(Map.of("rotate_bytes", "1m"));
        journal.append(Outcomes.bare("b"));
        assertEquals(1, journal.query(line -> true, 10).size());
        assertEquals(200_001, Files.size(state.resolve("tool-calls.jsonl.torn")));
    }

    @Test
    void aLineThatIsNoJsonIsPassedOver() throws IOException {
        Files.writeString(state.resolve("tool-calls.jsonl"), "what is this\n\n");
        open(Map.of());
        journal.append(Outcomes.bare("b"));
        assertEquals(1, journal.query(line -> true, 10).size());
    }

    @Test
    void onlyTheOwnerAndItsGroupCanRead() throws IOException {
        open(Map.of());
        journal.append(Outcomes.bare("b"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("tool-calls.jsonl"))));
    }

    @Test
    void anInterruptedWriterDoesNotCloseTheFile() {
        open(Map.of());
        Thread.currentThread().interrupt();
        journal.append(Outcomes.bare("a"));
        assertTrue(Thread.interrupted());
        journal.append(Outcomes.bare("b"));
        assertEquals(2, journal.query(line -> true, 10).size());
        assertEquals(0, journal.counters().get("journal_lost_total"));
    }

    @Test
    void listenersAreToldWhatWasWrittenAndNothingThatWasRedacted() throws InterruptedException {
        open(Map.of(), hiding("hunter2"));
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        journal.listeners.add(outcome -> told.add(journal.query(line -> line.get("id").equals(outcome.call().id().value()), 10).size() + " "
                + outcome.call().command()));
        journal.append(Outcomes.full("a", "login hunter2"));
        assertEquals("1 login [redacted]", told.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aListenerThatThrowsKeepsNothingFromTheOthers() throws InterruptedException {
        open(Map.of());
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        journal.listeners.add(outcome -> {
            throw new IllegalStateException("on purpose");
        });
        journal.listeners.add(outcome -> told.add(outcome.call().id().value()));
        journal.append(Outcomes.bare("a"));
        journal.append(Outcomes.bare("b"));
        assertEquals(List.of("a", "b"), List.of(told.poll(10, TimeUnit.SECONDS), told.poll(10, TimeUnit.SECONDS)));
    }

    @Test
    void aListenerThatHangsHoldsUpNoCallAndLosesOnlyForItself() throws InterruptedException {
        open(Map.of("fsync", "never"));
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        journal.listeners.add(outcome -> {
            hanging.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        journal.append(Outcomes.bare("first"));
        assertTrue(hanging.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < Listeners.WAITING_MOST + 7; i++) {
            journal.append(Outcomes.bare("a"));
        }
        assertEquals(7, journal.counters().get("outcomes_untold_total"));
        assertEquals(Listeners.WAITING_MOST + 8, journal.query(line -> true, 1_000).size());
        letGo.countDown();
    }

    @Test
    void countersTellCallsFromEachOther() {
        open(Map.of());
        assertEquals(0, journal.counters().get("calls_oom_killed_total"));
        journal.append(Outcomes.full("a", "make"));
        journal.append(Outcomes.bare("b"));
        journal.append(event("hint-bad"));
        Map<String, Long> counters = journal.counters();
        assertEquals(2, counters.get("calls_total"));
        assertEquals(1, counters.get("calls_oom_killed_total"));
        assertEquals(1, counters.get("calls_failed_total"));
        assertEquals(1, counters.get("calls_adopted_total"));
        assertEquals(6, counters.get("pids_max_total"));
        assertEquals(2, counters.get("leftovers_total"));
        assertEquals(1, counters.get("feedback_lines_total"));
        assertEquals(1, counters.get("hints_bad_total"));
        assertEquals(1, counters.get("events_total"));
    }

    @Test
    void aWrongValueIsNamed() {
        assertEquals("fsync is interval, each or never, not \"sometimes\"",
                assertThrows(IllegalArgumentException.class, () -> open(Map.of("fsync", "sometimes"))).getMessage());
        assertThrows(IllegalArgumentException.class, () -> open(Map.of("rotate_bytes", "1k")));
        assertThrows(IllegalArgumentException.class, () -> open(Map.of("keep_files", 0)));
        assertThrows(IllegalArgumentException.class, () -> open(Map.of("command_keep", 9_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "each", "never"})
    void eachFsyncPolicyWrites(String policy) {
        open(Map.of("fsync", policy));
        journal.append(Outcomes.bare("a"));
        assertEquals(1, journal.query(line -> true, 10).size());
    }

    private static Redactor hiding(String secret) {
        return new Redactor() {
            @Override
            public String redact(String text) {
                return text.replace(secret, "[redacted]");
            }

            @Override
            public Capability status() {
                return Redactor.NONE.status();
            }
        };
    }

    private static JournalEvent event(String kind) {
        return new JournalEvent(Instant.now(), kind, Optional.of(new SessionName("s")), "a \u001b[2J message",
                Map.of("hint", "x\ud800", "count", 3, "again", false));
    }

    private static JsonSchema schema(String name) throws IOException {
        try (InputStream in = FileJournalTest.class.getResourceAsStream("/schema/" + name + ".schema.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
        }
    }

    private void open(Map<String, Object> values) {
        open(values, Redactor.NONE);
    }

    private void open(Map<String, Object> values, Redactor redactor) {
        journal = new FileJournal(Settings.of((FileJournal.Config) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {FileJournal.Config.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue())), state), redactor);
    }
}
