package io.agentcgroup.bench.negotiation;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Does it help an agent to be told? The same scripted agent does the same tasks, once reading the feedback and doing what it says, once not,
 * in turn.
 */
public final class NegotiationBench {

    static final String WITH = "with-feedback";
    static final String WITHOUT = "without-feedback";

    /** What the session may have: some tasks need more than they declare, one more than this. */
    private static final String BUDGET = "400m";
    private static final int ATTEMPTS = 5;
    private static final int ROUND_AT_MOST_MIN = 10;
    private static final Duration JOURNALLED_AT_MOST = Duration.ofSeconds(30);

    /** Name, units, at a time, MiB a unit, declared. */
    private static final List<String> TASKS = List.of(
            "declared-enough 1 1 100 150m",
            "declared-a-fifth 1 1 200 40m",
            "declared-far-too-little 1 1 250 16m",
            "too-parallel 8 8 80 350m",
            "parallel-and-declared-little 6 6 90 32m",
            "larger-than-the-budget 1 1 600 300m");

    private final Path home;
    private final Consumer<String> progress;

    /** @param home the unpacked distribution */
    public NegotiationBench(Path home, Consumer<String> progress) {
        this.home = home;
        this.progress = progress;
    }

    /**
     * One task, once.
     *
     * @param attempts how often it was tried
     * @param exitCode of the last attempt
     */
    public record TaskResult(String task, int attempts, int exitCode) {

        boolean completed() {
            return exitCode == 0;
        }
    }

    /**
     * One arm of one round.
     *
     * @param outOfMemory calls that the kernel ended for memory, as the journal says
     */
    public record Round(String arm, List<TaskResult> tasks, double seconds, long outOfMemory) {
    }

    /** What was found. */
    public record Result(String tier, List<Round> rounds) {
    }

    public Result run(int rounds) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch(); Appliance appliance = new Appliance(home, scratch.folder("a"))) {
            Path agent = resource(scratch, "agent.sh");
            Path work = resource(scratch, "work.py");
            Path tasks = Files.write(scratch.folder().resolve("tasks"), TASKS);
            appliance.start();
            appliance.warmUp();
            List<Round> all = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                // Each takes turns in going first.
                for (String arm : round % 2 == 0 ? List.of(WITH, WITHOUT) : List.of(WITHOUT, WITH)) {
                    progress.accept("round " + (round + 1) + " of " + rounds + ", " + arm + " ...");
                    String session = "r" + round + "-" + arm;
                    all.add(play(appliance, session, arm, List.of("/bin/bash", agent.toString(), arm.equals(WITH) ? "heeds" : "ignores",
                            Integer.toString(ATTEMPTS), work.toString(), tasks.toString())));
                }
            }
            return new Result((String) appliance.status().get("tier"), all);
        }
    }

    private Round play(Appliance appliance, String session, String arm, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder agent = appliance.agent(List.of("--session", session, "--memory", BUDGET, "--leftovers", "reap"), command);
        // On an emulated machine the usual 50 ms are short, and a call without a domain would have no limit.
        agent.environment().put("AGENTCGROUP_TIMEOUT_MS", "20000");
        long startedNs = System.nanoTime();
        Process process = agent.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(ROUND_AT_MOST_MIN, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException("the agent of session " + session + " did not do its work: " + said);
        }
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        List<TaskResult> tasks = said.lines().map(NegotiationBench::task).toList();
        if (tasks.size() != TASKS.size()) {
            throw new IOException("the agent of session " + session + " reported " + tasks.size() + " of " + TASKS.size() + " tasks");
        }
        appliance.awaitJournal(session, tasks.stream().mapToInt(TaskResult::attempts).sum(), JOURNALLED_AT_MOST);
        return new Round(arm, tasks, seconds, outOfMemory(appliance.journal(session)));
    }

    private static TaskResult task(String line) {
        String[] words = line.split(" ");
        return new TaskResult(words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    private static long outOfMemory(List<String> journal) throws IOException {
        long count = 0;
        for (String line : journal) {
            Map<?, ?> events = (Map<?, ?>) JSON.std.mapFrom(line).get("events");
            count += ((Number) events.get("oom_group_kill")).longValue() > 0 ? 1 : 0;
        }
        return count;
    }

    private static Path resource(Scratch scratch, String name) throws IOException {
        try (InputStream in = NegotiationBench.class.getResourceAsStream(name)) {
            Path file = scratch.folder().resolve(name);
            Files.copy(in, file);
            return file;
        }
    }
}
