package io.agentcgroup.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Scratch;
import io.agentcgroup.harness.Spawner;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The daemon is killed while calls run and new ones come, and started again. Long calls run through all of it; short ones
 * come at an even pace before, meanwhile and after.
 */
public final class Crash {

    private static final int LONG_CALLS = 10;
    private static final int SHORT_CALLS_EACH_PHASE = 60;
    private static final Duration PACE = Duration.ofMillis(50);

    /** Exit codes of the long calls; above those of the short ones. */
    private static final int LONG_EXIT = 100;
    private static final int SHORT_EXIT_CODES = 90;

    /** A phase lasts three seconds on a free machine. */
    private static final Duration PHASE_AT_MOST = Duration.ofMinutes(2);

    private static final Duration JOURNALLED_AT_MOST = Duration.ofSeconds(20);

    /** What may not change while nobody watches; a file whose controller is absent is left out. */
    private static final List<String> LIMITS = List.of("memory.max", "memory.high", "memory.oom.group", "pids.max", "cpu.weight");

    private static final String SESSION = "crash";

    private final Path home;

    /** @param home the unpacked distribution */
    public Crash(Path home) {
        this.home = home;
    }

    /**
     * What was found.
     *
     * @param tier which enforcement was in force
     * @param wrong everything that was not as it should be, in words
     * @param outageLines what the agents were told of the outage
     * @param callsMeanwhile short calls that ran while there was no daemon
     * @param slowestMeanwhileUs the slowest of them
     * @param readyAgainS how long the restart took
     */
    public record Result(String tier, List<String> wrong, List<String> outageLines, int callsMeanwhile, double slowestMeanwhileUs,
            double readyAgainS) {
    }

    public Result run() throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch(); Appliance appliance = new Appliance(home, scratch.folder("a"))) {
            return new Story(scratch, appliance).tell();
        }
    }

    /** One run. */
    private static final class Story {

        private final Appliance appliance;
        private final Path gate;
        private final Path said;
        /** Made when the daemon was killed. */
        private final Path killed;
        /** Made when the next one is ready. */
        private final Path ready;
        private final Path runtime;
        private final Spawner spawner;
        private final List<String> wrong = new ArrayList<>();
        private final List<CountDownLatch> phases = new ArrayList<>();
        private final List<String> commands = new ArrayList<>();
        private long killingNs;
        private long killedNs;
        private long readyNs;

        Story(Scratch scratch, Appliance appliance) throws IOException, InterruptedException {
            this.appliance = appliance;
            gate = scratch.folder().resolve("gate");
            said = scratch.folder().resolve("said");
            killed = scratch.folder().resolve("killed");
            ready = scratch.folder().resolve("ready");
            runtime = scratch.folder("runtime");
            spawner = Spawner.in(scratch.folder());
            if (new ProcessBuilder("mkfifo", gate.toString()).start().waitFor() != 0) {
                throw new IOException("mkfifo does not work in " + scratch.folder());
            }
            for (int i = 0; i < LONG_CALLS; i++) {
                commands.add(": long " + i + "; read -r line < " + gate + "; exit " + expectedStatus(i));
            }
            for (int i = LONG_CALLS; i < LONG_CALLS + 3 * SHORT_CALLS_EACH_PHASE; i++) {
                commands.add(": short " + i + "; exit " + expectedStatus(i));
            }
            for (int phase = 1; phase <= 3; phase++) {
                phases.add(new CountDownLatch(phase * SHORT_CALLS_EACH_PHASE));
            }
        }

        private static int expectedStatus(int index) {
            return index < LONG_CALLS ? LONG_EXIT + index : index % SHORT_EXIT_CODES;
        }

        Result tell() throws IOException, InterruptedException {
            appliance.start();
            appliance.warmUp();
            Spawner.Running agent = Spawner.start(agent(), calls(),
                    result -> phases.forEach(CountDownLatch::countDown));
            await(phases.get(0));
            Map<String, String> before = limits();
            if (before.size() < LONG_CALLS) {
                wrong.add("only " + before.size() + " of " + LONG_CALLS + " long calls have a domain");
            }
            killingNs = System.nanoTime();
            appliance.kill();
            killedNs = System.nanoTime();
            Files.createFile(killed);
            await(phases.get(1));
            same("while there was no daemon", before);
            appliance.start();
            readyNs = System.nanoTime();
            Files.createFile(ready);
            same("after the restart", before);
            await(phases.get(2));
            release();
            List<Spawner.Result> results = agent.await();
            check(results);
            return result(results);
        }

        /** Phase by phase: on a slow machine the calls of one would else be over before the next has begun. */
        private List<List<String>> calls() {
            List<List<String>> calls = new ArrayList<>(commands.stream().map(command -> List.of("bash", "-c", command)).toList());
            calls.add(LONG_CALLS + 2 * SHORT_CALLS_EACH_PHASE, Spawner.barrier(ready));
            calls.add(LONG_CALLS + SHORT_CALLS_EACH_PHASE, Spawner.barrier(killed));
            return calls;
        }

        private ProcessBuilder agent() {
            ProcessBuilder agent = appliance.agent(List.of("--session", SESSION, "--leftovers", "reap"),
                    spawner.command(Spawner.Pace.every(PACE, LONG_CALLS + SHORT_CALLS_EACH_PHASE)));
            agent.environment().put("AGENTCGROUP_TIMEOUT_MS", Soak.PATIENCE_MS);
            // Where the shim remembers that it has told of an outage.
            agent.environment().put("XDG_RUNTIME_DIR", runtime.toString());
            return agent.redirectError(said.toFile());
        }

        private static void await(CountDownLatch phase) throws IOException, InterruptedException {
            if (!phase.await(PHASE_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("calls do not go on: " + phase.getCount() + " are missing after " + PHASE_AT_MOST.toSeconds() + " s");
            }
        }

        /** The limits of the long calls' domains, by their paths. */
        private Map<String, String> limits() throws IOException {
            Map<String, String> limits = new TreeMap<>();
            for (ControlGroup domain : domains()) {
                if (holdsLongCall(domain)) {
                    StringBuilder values = new StringBuilder();
                    for (String file : LIMITS) {
                        if (Files.exists(domain.directory().resolve(file))) {
                            values.append(file).append('=').append(domain.read(file)).append(' ');
                        }
                    }
                    limits.put(domain.directory().getFileName().toString(), values.toString().strip());
                }
            }
            return limits;
        }

        private List<ControlGroup> domains() throws IOException {
            ControlGroup session = appliance.root().child(SESSION);
            return !session.exists() ? List.of() : session.children().stream()
                    .filter(child -> child.directory().getFileName().toString().startsWith("call-")).toList();
        }

        private static boolean holdsLongCall(ControlGroup domain) throws IOException {
            try {
                for (long pid : domain.processes()) {
                    if (Files.readString(Path.of("/proc", Long.toString(pid), "cmdline")).contains(": long ")) {
                        return true;
                    }
                }
            } catch (IOException e) {
                // A short call's: gone while we looked.
            }
            return false;
        }

        private void same(String when, Map<String, String> before) throws IOException {
            Map<String, String> now = limits();
            if (!now.equals(before)) {
                wrong.add("limits " + when + ": " + now + " instead of " + before);
            }
        }

        /** Opening the other end lets all readers go on; closing it gives each its end of file. */
        private void release() throws IOException {
            try (OutputStream opened = Files.newOutputStream(gate)) {
                opened.flush();
            }
        }

        private void check(List<Spawner.Result> results) throws IOException, InterruptedException {
            for (Spawner.Result result : results) {
                if (result.status() != expectedStatus(result.index())) {
                    wrong.add(commands.get(result.index()) + ": " + result.status());
                }
            }
            long expected = results.stream().filter(result -> mustBeJournalled(result)).count();
            appliance.awaitJournal(SESSION, expected, JOURNALLED_AT_MOST);
            Map<String, List<Map<String, Object>>> journal = journal();
            for (Spawner.Result result : results) {
                checkJournal(result, journal.getOrDefault(commands.get(result.index()), List.of()));
            }
            List<String> left = domains().stream().map(domain -> domain.directory().toString()).toList();
            if (!left.isEmpty()) {
                wrong.add("cgroups left: " + left);
            }
        }

        private Map<String, List<Map<String, Object>>> journal() throws IOException {
            Map<String, List<Map<String, Object>>> calls = new TreeMap<>();
            for (String line : appliance.journal(SESSION)) {
                Map<String, Object> fields = JSON.std.mapFrom(line);
                calls.computeIfAbsent((String) fields.get("command"), command -> new ArrayList<>()).add(fields);
            }
            return calls;
        }

        private void checkJournal(Spawner.Result result, List<Map<String, Object>> lines) {
            String command = commands.get(result.index());
            int most = wholeOutage(result) ? 0 : 1;
            int least = mustBeJournalled(result) ? 1 : 0;
            if (lines.size() < least || lines.size() > most) {
                wrong.add(command + ": " + lines.size() + " times in the journal");
            } else if (result.index() < LONG_CALLS) {
                Map<String, Object> line = lines.get(0);
                if (!Boolean.TRUE.equals(line.get("adopted")) || !Integer.valueOf(expectedStatus(result.index())).equals(line.get("exit_code"))) {
                    wrong.add("not adopted, or its exit code is lost: " + line);
                }
            }
        }

        /** Calls that were under way at the kill or came during the restart may or may not have met a daemon. */
        private boolean mustBeJournalled(Spawner.Result result) {
            return result.index() < LONG_CALLS || result.endNs() < killingNs - PACE.toNanos() || result.startNs() > readyNs;
        }

        private boolean wholeOutage(Spawner.Result result) {
            return result.startNs() > killedNs && result.endNs() < readyNs - appliance.ready().toNanos();
        }

        private Result result(List<Spawner.Result> results) throws IOException {
            List<Spawner.Result> meanwhile = results.stream().filter(this::wholeOutage).toList();
            List<String> outage = Files.readAllLines(said).stream().filter(line -> line.contains("does not answer")).toList();
            if (outage.size() != 1) {
                wrong.add("the outage was told " + outage.size() + " times");
            }
            return new Result((String) appliance.status().get("tier"), wrong, outage, meanwhile.size(),
                    meanwhile.stream().mapToDouble(Spawner.Result::micros).max().orElse(0), appliance.ready().toNanos() / 1e9);
        }
    }
}
