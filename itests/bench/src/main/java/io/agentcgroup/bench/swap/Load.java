package io.agentcgroup.bench.swap;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An agent that calls at a steady pace until it is told to stop, and what became of its calls. */
final class Load implements AutoCloseable {

    static final String SESSION = "swap";

    /** The agent is started anew after so many: its list of calls is fixed when it starts. */
    private static final int CALLS_A_RUN = 200;
    private static final int AT_ONCE = 20;
    private static final int EXIT_CODES = 100;
    /**
     * How long the shim waits for the daemon here. The usual 50 ms would let a call run without a domain when a policy takes long,
     * as it should; but the question here is whether the engine answers at all, and how late.
     */
    private static final String PATIENCE_MS = "10000";
    private static final Duration JOURNALLED_AT_MOST = Duration.ofSeconds(30);

    /**
     * A call, as its agent saw it and as the journal has it.
     *
     * @param startNs on {@code CLOCK_MONOTONIC}
     * @param wrong what was not as it should be; empty when all was well
     */
    record Call(long startNs, double micros, String policy, List<String> wrong) {
    }

    private final Appliance appliance;
    private final Spawner spawner;
    private final Duration pace;
    /** Calls of an earlier load have the same commands. */
    private final int journalledBefore;
    private final CompletableFuture<List<Spawner.Result>> results;
    private volatile boolean stopping;

    /** Starts calling. */
    Load(Appliance appliance, Path folder, double callsPerSecond) throws IOException {
        this.appliance = appliance;
        this.spawner = Spawner.in(folder);
        this.pace = Duration.ofNanos((long) (1e9 / callsPerSecond));
        this.journalledBefore = appliance.journal(SESSION).size();
        this.results = CompletableFuture.supplyAsync(this::callUntilStopped);
    }

    private List<Spawner.Result> callUntilStopped() {
        List<Spawner.Result> all = new ArrayList<>();
        try {
            while (!stopping) {
                int first = all.size();
                List<List<String>> calls = new ArrayList<>();
                for (int i = 0; i < CALLS_A_RUN; i++) {
                    calls.add(List.of("bash", "-c", command(first + i)));
                }
                for (Spawner.Result result : Spawner.start(agent(), calls, each -> { }).await()) {
                    all.add(new Spawner.Result(first + result.index(), result.startNs(), result.endNs(), result.exitCode(), result.signal()));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return all;
    }

    private ProcessBuilder agent() {
        ProcessBuilder agent = appliance.agent(List.of("--session", SESSION, "--leftovers", "reap"),
                spawner.command(Spawner.Pace.every(pace, AT_ONCE)));
        agent.environment().put("AGENTCGROUP_TIMEOUT_MS", PATIENCE_MS);
        return agent.redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    private static String command(int index) {
        return ": " + index + "; exit " + index % EXIT_CODES;
    }

    /** @return whether it calls no more because something went wrong */
    boolean failed() {
        return results.isCompletedExceptionally();
    }

    /** Lets the last calls end, and compares what the agent saw with the journal. */
    List<Call> stop() throws IOException, InterruptedException {
        stopping = true;
        List<Spawner.Result> seen;
        try {
            seen = results.get();
        } catch (ExecutionException e) {
            throw new IOException("the agent broke down: " + e.getCause().getMessage(), e);
        }
        appliance.awaitJournal(SESSION, journalledBefore + seen.size(), JOURNALLED_AT_MOST);
        Map<String, Map<String, Object>> journal = journal();
        List<Call> calls = new ArrayList<>();
        for (Spawner.Result result : seen) {
            calls.add(call(result, journal.get(command(result.index()))));
        }
        return calls;
    }

    private Map<String, Map<String, Object>> journal() throws IOException {
        Map<String, Map<String, Object>> lines = new HashMap<>();
        List<String> all = appliance.journal(SESSION);
        for (String line : all.subList(journalledBefore, all.size())) {
            Map<String, Object> fields = JSON.std.mapFrom(line);
            lines.put((String) fields.get("command"), fields);
        }
        return lines;
    }

    private static Call call(Spawner.Result result, Map<String, Object> line) {
        List<String> wrong = new ArrayList<>();
        int expected = result.index() % EXIT_CODES;
        if (result.status() != expected) {
            wrong.add("exit code " + result.status() + " instead of " + expected);
        }
        String policy = "";
        if (line == null) {
            wrong.add("not in the journal: it ran without a domain");
        } else {
            Map<?, ?> grant = (Map<?, ?>) line.get("grant");
            policy = String.valueOf(grant.get("policy"));
            Map<?, ?> limits = (Map<?, ?>) grant.get("limits");
            if (limits.get("memory_max_bytes") == null || limits.get("pids_max") == null) {
                wrong.add(LIMIT_LOST + ": " + grant);
            }
        }
        return new Call(result.startNs(), result.micros(), policy, wrong);
    }

    /** How the words about a call begin that was given no limits. */
    static final String LIMIT_LOST = "limits lost";

    @Override
    public void close() {
        stopping = true;
    }
}
