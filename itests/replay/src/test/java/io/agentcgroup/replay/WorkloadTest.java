package io.agentcgroup.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workloads done by the real program, outside of any cgroup of ours. */
class WorkloadTest {

    private static final long MIB = 1L << 20;
    private static final long PAGE = 4096;
    private static final long PATIENCE_S = 30;

    @TempDir
    Path folder;

    private ReplayProgram program;

    @BeforeEach
    void unpack() throws IOException {
        program = ReplayProgram.in(folder);
    }

    private static Trace trace(List<Trace.Call> calls, long... mebibytesEachTenth) {
        Trace.Sample[] samples = new Trace.Sample[mebibytesEachTenth.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = new Trace.Sample(i / 10.0, mebibytesEachTenth[i] * MIB);
        }
        return new Trace("t", List.of(samples), calls);
    }

    private int run(Workload workload) throws Exception {
        Process process = new ProcessBuilder(workload.command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static long allocated(List<Recording.Allocation> allocations) {
        return allocations.stream().mapToLong(Recording.Allocation::bytes).sum();
    }

    @Test
    void everyIncreaseIsAllocatedInPiecesOfAtMostOneMebibyte() throws Exception {
        Workload workload = Workload.oneProcess(folder, program, trace(List.of(), 3, 8, 2, 5), Scale.NONE);

        assertEquals(0, run(workload));
        Recording recording = workload.agentRecording();
        assertEquals(3 + 5 + 3, allocated(recording.allocations()) / MIB);
        assertTrue(recording.allocations().stream().allMatch(a -> a.bytes() <= MIB && a.tookNs() > 0), recording::toString);
        assertTrue(recording.endNs().getAsLong() - recording.beginNs().getAsLong() >= 300_000_000, recording::toString);
    }

    @Test
    void speedDividesTimeAndExtraMemoryComesOnTop() throws Exception {
        long[] tenSeconds = LongStream.generate(() -> 1).limit(101).toArray();
        Workload workload = Workload.oneProcess(folder, program, trace(List.of(), tenSeconds), new Scale(1000, 4 * MIB));

        assertEquals(0, run(workload));
        Recording recording = workload.agentRecording();
        assertEquals(5 * MIB, allocated(recording.allocations()));
        assertTrue(recording.endNs().getAsLong() - recording.beginNs().getAsLong() < 5_000_000_000L, "ten seconds, a thousand times faster");
    }

    @Test
    void callsTakeTheirBurstsAndTheAgentTheRest() throws Exception {
        Workload workload = Workload.agentWithCalls(folder, program, trace(List.of(new Trace.Call(0.05, 0.25, "pytest -x")), 2, 7, 6, 3),
                Scale.NONE, Workload.Gate.OPEN, false);

        assertEquals(0, run(workload));
        assertEquals(3 * MIB, allocated(workload.agentRecording().allocations()));
        assertEquals(3 * MIB + 5 * MIB, allocated(workload.allocations()));
        Recording.CallEnd call = workload.agentRecording().calls().get(0);
        assertEquals(0, call.status());
        assertTrue(call.endNs() - call.startNs() >= 190_000_000, call::toString);
    }

    @Test
    void aRecordedCommandIsNeverRun() throws Exception {
        Path proof = folder.resolve("proof");
        Workload workload = Workload.agentWithCalls(folder, program,
                trace(List.of(new Trace.Call(0.05, 0.06, "touch '" + proof + "'\ntouch '" + proof + "'")), 1, 1, 1), Scale.NONE,
                Workload.Gate.OPEN, false);
        // Not even when what should take its place is gone.
        Files.delete(folder.resolve("call-0.sh"));

        assertEquals(0, run(workload));
        assertEquals(127, workload.agentRecording().calls().get(0).status());
        assertFalse(Files.exists(proof));
    }

    @Test
    void theShellSeesTheRecordedCommandAndTheDeclaredPeak() throws Exception {
        Path shell = folder.resolve("bash");
        Files.writeString(shell, "#!/bin/sh\nprintf '%s\\n' \"$AGENT_RESOURCE_HINT\" \"$2\" > \"$0.saw\"\n");
        assertTrue(shell.toFile().setExecutable(true));
        Workload workload = Workload.agentWithCalls(folder, program,
                trace(List.of(new Trace.Call(0.05, 0.15, "a\tb \\ 'c'\nd")), 1, 43, 1), Scale.NONE, Workload.Gate.OPEN, true);
        ProcessBuilder agent = new ProcessBuilder(workload.command());
        agent.environment().put("PATH", folder + ":" + agent.environment().get("PATH"));

        assertEquals(0, agent.start().waitFor());
        List<String> saw = Files.readAllLines(folder.resolve("bash.saw"));
        assertEquals("memory:42m", saw.get(0));
        assertEquals(List.of("a\tb \\ 'c'", "d"), saw.subList(2, saw.size()));
    }

    @Test
    void aGateHoldsTheAgentUntilItIsToldToGo() throws Exception {
        Workload workload = Workload.oneCall(folder, program, trace(List.of(), 2, 1), Scale.NONE, Workload.Gate.LINE, false);
        Process process = new ProcessBuilder(workload.command()).start();
        BufferedReader said = process.inputReader();

        assertEquals(Workload.READY, said.readLine());
        assertEquals(List.of(), workload.allocations());
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();

        assertEquals(0, process.waitFor());
        assertEquals(2 * MIB, allocated(workload.allocations()));
    }

    @Test
    void whatWasKilledHasRecordedWhatItDid() throws Exception {
        Path plan = folder.resolve("plan");
        Files.writeString(plan, new Plan().hold(3 * MIB).say("full").await().toString());
        Process process = new ProcessBuilder(program.command(plan, folder.resolve("record"))).start();
        assertEquals("full", process.inputReader().readLine());
        process.destroyForcibly().waitFor();

        Recording recording = Recording.read(folder.resolve("record"));
        assertEquals(3, recording.allocations().size());
        assertTrue(recording.endNs().isEmpty());
    }

    @Test
    void whatIsGivenBackIsGone() throws Exception {
        Path plan = folder.resolve("plan");
        Files.writeString(plan, new Plan().hold(40 * MIB).say("full").await().hold(10 * MIB).say("less").await().toString());
        Process process = new ProcessBuilder(program.command(plan, folder.resolve("record"))).start();
        BufferedReader said = process.inputReader();
        try {
            assertEquals("full", said.readLine());
            long full = anonymousBytes(process.pid());
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertEquals("less", said.readLine());

            assertEquals(30 * MIB, full - anonymousBytes(process.pid()), 64 * PAGE);
        } finally {
            process.destroyForcibly();
        }
    }

    /** {@code RssAnon:      1234 kB}. */
    private static long anonymousBytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]) << 10).findFirst().orElseThrow();
    }

    @Test
    void aBadPlanIsRefused() throws Exception {
        Path plan = folder.resolve("plan");
        Files.writeString(plan, "hold\tmuch\n");
        Process process = new ProcessBuilder(program.command(plan, folder.resolve("record"))).redirectErrorStream(true).start();
        String said = process.inputReader().readLine();

        assertEquals(2, process.waitFor());
        assertTrue(said.contains("line 1"), said);
        assertThrows(IllegalArgumentException.class, () -> new Scale(0, 0));
    }
}
