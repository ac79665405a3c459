package io.agentcgroup.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class IntentsCommandTest {

    private static final long MB = 1 << 20;

    @TempDir
    private Path folder;

    private static Map<String, Object> call(double start, Double end, String tool, String command) {
        Map<String, Object> call = new HashMap<>(Map.of("start", start, "tool", tool));
        call.put("end", end);
        call.put("command", command);
        return call;
    }

    private void trace(String name, String task, List<List<Object>> samples, List<Map<String, Object>> calls) throws IOException {
        Map<String, Object> document = Map.of("schema", "agent-trace/v1", "model", "m", "task", task, "samples", samples,
                "tool_calls", calls);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(JSON.std.asBytes(document));
        }
    }

    /** One sample a second at 100 MB, with bursts where they are given. */
    private static List<List<Object>> samples(int seconds, Map<Integer, Long> burstMb) {
        List<List<Object>> samples = new ArrayList<>();
        for (int t = 0; t < seconds; t++) {
            samples.add(Arrays.asList((double) t, (100 + burstMb.getOrDefault(t, 0L)) * MB, null));
        }
        return samples;
    }

    @Test
    void aPeakIsTheLargestSampleInsideLessTheLastBefore() throws IOException {
        trace("a.json.gz", "o__n-1", samples(30, Map.of(4, 7L, 6, 300L, 9, 900L)), List.of(
                call(4.5, 8.5, "Bash", "pytest"), call(10.2, 11.9, "Bash", "short"), call(12.0, null, "Bash", "endless"),
                call(-1.0, 3.0, "Bash", "nothing before"), call(13.0, 20.0, "Read", null)));
        Run run = Traces.read(folder).get(0);
        assertEquals(1, run.calls().size());
        assertEquals(3, run.leftOut());
        assertEquals(293.0 * MB, run.calls().get(0).peakBytes());
        assertEquals("o__n", run.repository());
    }

    @Test
    void scoresFollowTheirDefinitions() {
        Score score = new Score();
        score.add(64 * MB, new Run.Call(0, 10, "", 32 * MB));
        score.add(1, new Run.Call(0, 10, "", 96 * MB));
        assertEquals(0.5, score.coverage());
        assertEquals((64 + 32) / (32.0 + 96), score.waste(), 1e-9);
        assertEquals(32.0 * MB, score.spillBytes(), 1e-9);
    }

    @Test
    void anOutcomeIsKnownOnlyAfterTheCallHasEnded() {
        List<String> events = new ArrayList<>();
        Predictor recorder = new Predictor() {
            @Override
            public String name() {
                return "recorder";
            }

            @Override
            public List<Double> knobs() {
                return List.of(1.0);
            }

            @Override
            public double defaultKnob() {
                return 1;
            }

            @Override
            public DoubleUnaryOperator grantFor(Run run, Run.Call call) {
                events.add("predict " + call.command());
                return knob -> 0;
            }

            @Override
            public void observe(Run run, Run.Call call) {
                events.add("observe " + call.command());
            }
        };
        Run run = new Run("r", "t-1", List.of(new Run.Call(0, 10, "a", 0), new Run.Call(2, 4, "b", 0), new Run.Call(5, 6, "c", 0)), 0);
        new Replay().run(recorder, List.of(run), 0);
        assertEquals(List.of("predict a", "predict b", "observe b", "predict c", "observe c", "observe a"), events);
    }

    @Test
    void theReportHasTheAgreedFields() throws IOException {
        for (int i = 0; i < 12; i++) {
            trace("run" + i + ".json.gz", "o__n-" + i, samples(60, Map.of(12, 200L, 32, 220L)), List.of(
                    call(1.5, 6.5, "Bash", "ls"), call(10.5, 14.5, "Bash", "pytest tests/"), call(20.5, 24.5, "Bash", "cat x"),
                    call(30.5, 34.5, "Bash", "pytest tests/")));
        }
        Path json = Files.createDirectory(folder.resolve("out")).resolve("result.json");
        int exit = new CommandLine(new EvalCommand()).execute("intents", "--traces", folder.toString(), "--json", json.toString(),
                "--orders", "2");
        assertEquals(0, exit);
        Map<String, Object> document = JSON.std.mapFrom(Files.readAllBytes(json));
        assertEquals("agentcgroup.eval-intents/v1", document.get("schema"));
        assertEquals(12, document.get("runs"));
        assertEquals(48, document.get("calls"));
        List<?> arms = (List<?>) document.get("arms");
        assertEquals(List.of("learned", "session-peak", "global", "per-program", "vpa"),
                arms.stream().map(arm -> ((Map<?, ?>) arm).get("name")).toList());
        for (Object entry : arms) {
            Map<?, ?> arm = (Map<?, ?>) entry;
            assertTrue(arm.keySet().containsAll(List.of("default", "at_97", "at_99", "curve", "by_class")), arm.keySet()::toString);
            Map<?, ?> point = (Map<?, ?>) ((List<?>) arm.get("curve")).get(0);
            assertTrue(point.keySet().containsAll(List.of("knob", "coverage", "waste", "spill_bytes")), point.keySet()::toString);
        }
    }

    @Test
    void aPredictableWorldIsLearnedBetterThanByAnyoneElse() throws IOException {
        for (int i = 0; i < 30; i++) {
            trace("run" + (10 + i) + ".json.gz", "o__n-" + i, samples(60, Map.of(12, 400L, 32, 400L)), List.of(
                    call(1.5, 6.5, "Bash", "ls"), call(10.5, 14.5, "Bash", "pytest"), call(20.5, 24.5, "Bash", "git status"),
                    call(30.5, 34.5, "Bash", "pytest")));
        }
        Evaluation evaluation = Evaluation.of(Traces.read(folder), 0, 1);
        double learned = evaluation.arms().get(0).at(0.97).orElseThrow().score().waste();
        double global = evaluation.arms().get(2).at(0.97).orElseThrow().score().waste();
        assertTrue(learned < 0.75 * global, learned + " against " + global);
    }

    @Test
    void aFileThatIsNoTraceIsNamed() throws IOException {
        Files.writeString(folder.resolve("broken.json"), "{\"schema\": \"agent-trace/v1\"}");
        CommandLine commandLine = new CommandLine(new EvalCommand());
        List<String> said = new ArrayList<>();
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            said.add(failure.getMessage());
            return 1;
        });
        assertEquals(1, commandLine.execute("intents", "--traces", folder.toString()));
        assertTrue(said.get(0).contains("broken.json"), said::toString);
        assertEquals(2, commandLine.execute("intents"));
    }
}
