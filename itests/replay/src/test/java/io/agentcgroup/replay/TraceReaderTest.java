package io.agentcgroup.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {

    private static final String SAMPLES = "[0, 1000, 5.0], [1.5, 3000, null], [3, 2000, 1]";

    @TempDir
    Path folder;

    @Test
    void samplesAndShellCallsAreRead() throws IOException {
        Trace trace = TraceReader.read(TraceFile.write(folder, SAMPLES, TraceFile.shellCall(1, 2, "make -j2")
                + ", {\"start\": 0.5, \"end\": 0.6, \"tool\": \"Read\"}"));

        assertEquals("run", trace.name());
        assertEquals(List.of(new Trace.Sample(0, 1000), new Trace.Sample(1.5, 3000), new Trace.Sample(3, 2000)), trace.samples());
        assertEquals(List.of(new Trace.Call(1, 2, "make -j2")), trace.calls());
        assertEquals(3000, trace.peakBytes());
    }

    @Test
    void aDocumentThatIsNotCompressedIsReadToo() throws IOException {
        Path file = folder.resolve("plain.json");
        Files.writeString(file, "{\"schema\": \"agent-trace/v1\", \"samples\": [" + SAMPLES + "], \"tool_calls\": []}");

        assertEquals(3, TraceReader.read(file).samples().size());
    }

    @Test
    void aCallBeforeTheFirstSampleBeginsWithIt() throws IOException {
        Trace trace = TraceReader.read(TraceFile.write(folder, SAMPLES, TraceFile.shellCall(-0.4, 1, "ls")));

        assertEquals(new Trace.Call(0, 1, "ls"), trace.calls().get(0));
    }

    @Test
    void aCallWithoutAnEndLastsUntilTheNextOneStarts() throws IOException {
        Trace trace = TraceReader.read(TraceFile.write(folder, SAMPLES, "{\"start\": 0.5, \"end\": null, \"tool\": \"Bash\"}, "
                + TraceFile.shellCall(2.5, 2.7, "ls") + ", {\"start\": 2.8, \"end\": null, \"tool\": \"Bash\"}"));

        assertEquals(2.5, trace.calls().get(0).endS());
        assertEquals("", trace.calls().get(0).command());
        assertEquals(3, trace.calls().get(2).endS());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[0, 1000, 1], [2, 1000, 1], [1, 1000, 1] | samples[2]: time does not go on",
        "[0, 1000, 1], [1, -5, 1]                 | samples[1]: the memory is negative",
        "[0, 1000, 1], [1, null, 1]               | samples[1]: the memory is no number",
        "[0, 1000, 1], 7                          | samples[1] is not [seconds",
        "[0, 1000, 1]                             | fewer than two samples",
    })
    void whatIsWrongWithASampleIsSaidWithItsPlace(String samples, String said) throws IOException {
        assertSays(said, TraceFile.write(folder, samples, ""));
    }

    @Test
    void aCallWithoutAStartIsSaidWithItsPlace() throws IOException {
        assertSays("tool_calls[1]: the start is no number",
                TraceFile.write(folder, SAMPLES, TraceFile.shellCall(1, 2, "ls") + ", {\"tool\": \"Bash\"}"));
    }

    @Test
    void anotherSchemaIsSaid() throws IOException {
        assertSays("its schema is agent-trace/v9", TraceFile.compressed(folder.resolve("x.json.gz"), "{\"schema\": \"agent-trace/v9\"}"));
    }

    @Test
    void aDocumentWithoutSamplesIsSaid() throws IOException {
        assertSays("it has no list \"samples\"", TraceFile.compressed(folder.resolve("x.json.gz"), "{\"schema\": \"agent-trace/v1\"}"));
    }

    @Test
    void aFileThatIsNoJsonIsSaid() throws IOException {
        assertSays("cannot be read as an agent-trace/v1 document", TraceFile.compressed(folder.resolve("x.json.gz"), "file\tsamples\n"));
    }

    @Test
    void aTornFileIsSaid() throws IOException {
        Path whole = TraceFile.write(folder, SAMPLES, "");
        Path torn = folder.resolve("torn.json.gz");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(torn, Arrays.copyOf(bytes, bytes.length - 20));

        assertSays("cannot be read", torn);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertSays("there is no trace", folder.resolve("none.json.gz"));
    }

    private static void assertSays(String expected, Path file) {
        String said = assertThrows(CommandException.class, () -> TraceReader.read(file)).getMessage();
        assertTrue(said.contains(expected) && said.contains(file.toString()), said);
    }
}
