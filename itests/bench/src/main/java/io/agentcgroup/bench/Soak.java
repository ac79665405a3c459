package io.agentcgroup.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Many calls at once that end in every way there is, and then: is every exit code right, is every call in the journal
 * once and whole, is every cgroup gone?
 */
public final class Soak {

    /** The last call's journal line comes a moment after its agent saw the end; what is not there by then is lost. */
    private static final Duration JOURNALLED_AT_MOST = Duration.ofSeconds(20);

    /**
     * How long the shim waits for the daemon here. Twenty at a time on a busy machine may well take more than the usual
     * 50 ms, and then run without a domain, as they should; but the question here is whether any call gets lost.
     */
    static final String PATIENCE_MS = "10000";

    private static final String SESSION = "soak";

    /** Kinds of events that no soak should see. */
    private static final List<String> TROUBLES = List.of("\"scheduler-ended\"", "\"policy-fault\"", "\"provider-fault\"", "\"plugin-fenced\"",
            "\"action-fault\"", "\"call-refused\"");

    private final Path home;

    /** @param home the unpacked distribution */
    public Soak(Path home) {
        this.home = home;
    }

    /**
     * What was found.
     *
     * @param tier which enforcement was in force
     * @param calls how many
     * @param wrongStatus calls whose agent saw another status than they ended with, in words
     * @param journal what is wrong with the journal, in words
     * @param cgroupsLeft what of the session's tree is left, beside the node itself and what it always has
     * @param callsPerSecond over all
     * @param outOfMemory how many of the calls the kernel ended for memory, as the journal says
     * @param troubles the journal's events that explain what else is wrong
     */
    public record Result(String tier, int calls, List<String> wrongStatus, List<String> journal, List<String> cgroupsLeft,
            double callsPerSecond, long outOfMemory, List<String> troubles) {

        /** Nothing was wrong. */
        public boolean clean() {
            return wrongStatus.isEmpty() && journal.isEmpty() && cgroupsLeft.isEmpty();
        }
    }

    /** Runs that many calls, so many at a time. */
    public Result run(int count, int parallel) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch(); Appliance appliance = new Appliance(home, scratch.folder("a"))) {
            appliance.start();
            appliance.warmUp();
            boolean withMemory = ControlGroup.mount().controllers().contains("memory");
            List<SoakCall> calls = IntStream.range(0, count).mapToObj(index -> SoakCall.mixed(index, withMemory)).toList();
            ProcessBuilder agent = appliance.agent(List.of("--session", SESSION, "--leftovers", "reap"),
                    Spawner.in(scratch.folder()).command(Spawner.Pace.parallel(parallel)));
            Path said = scratch.folder().resolve("stderr");
            agent.redirectError(said.toFile());
            agent.environment().put("AGENTCGROUP_TIMEOUT_MS", PATIENCE_MS);
            long startedNs = System.nanoTime();
            List<Spawner.Result> results = Spawner.start(agent, calls.stream().map(SoakCall::arguments).toList(), result -> { })
                    .await();
            double seconds = (System.nanoTime() - startedNs) / 1e9;
            appliance.awaitJournal(SESSION, count, JOURNALLED_AT_MOST);
            List<String> lines = appliance.journal(SESSION);
            return new Result((String) appliance.status().get("tier"), count, wrongStatus(calls, results), checkJournal(calls, lines),
                    cgroupsLeft(appliance.root()), count / seconds, lines.stream().filter(line -> line.contains("\"oom_killed\"")).count(),
                    appliance.events().stream().filter(event -> TROUBLES.stream().anyMatch(event::contains)).toList());
        }
    }

    private static List<String> wrongStatus(List<SoakCall> calls, List<Spawner.Result> results) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            if (!calls.get(i).mayEndWith(results.get(i).status())) {
                wrong.add(calls.get(i).command() + ": " + results.get(i).status() + " instead of " + calls.get(i).status());
            }
        }
        return wrong;
    }

    /** Each call once, each line whole, each end as it was. */
    private static List<String> checkJournal(List<SoakCall> calls, List<String> lines) {
        List<String> wrong = new ArrayList<>();
        Map<String, SoakCall> missing = new HashMap<>();
        calls.forEach(call -> missing.put(call.command(), call));
        for (String line : lines) {
            try {
                Map<String, Object> fields = JSON.std.mapFrom(line);
                SoakCall call = missing.remove((String) fields.get("command"));
                if (call == null) {
                    wrong.add("twice, or nobody's: " + line);
                } else if (!call.mayEndWith(status(fields), String.valueOf(fields.get("end")))) {
                    wrong.add("wrong end: " + line);
                }
            } catch (IOException e) {
                wrong.add("torn: " + line);
            }
        }
        missing.keySet().forEach(command -> wrong.add("not there: " + command));
        return wrong;
    }

    private static int status(Map<String, Object> line) {
        return line.get("signal") instanceof Integer signal ? 128 + signal : (Integer) line.getOrDefault("exit_code", -1);
    }

    /** Of a session that is over nothing may be left; of one that is kept only what it always has. */
    private static List<String> cgroupsLeft(ControlGroup root) throws IOException {
        List<String> left = new ArrayList<>();
        for (ControlGroup session : root.exists() ? root.children() : List.<ControlGroup>of()) {
            for (ControlGroup child : session.children()) {
                if (child.directory().getFileName().toString().startsWith("call-")) {
                    left.add(child.directory().toString());
                }
            }
        }
        return left;
    }
}
