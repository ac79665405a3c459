package io.agentcgroup.bench.swap;

import io.agentcgroup.bench.swap.HostilePolicy.Deed;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Sample;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Policies swapped again and again while an agent calls, then policies that do everything wrong: does a call fail, does one run
 * without limits, do the limits of a call that runs all the while change?
 */
public final class SwapBench {

    /** Above every policy that is shipped. */
    private static final int RANKING = 10_000;
    private static final int HOSTILE_RANKING = 20_000;

    /** How often the appliance looks into its folder; shipped it does so every two seconds, and a thousand swaps would take an hour. */
    private static final int POLL_MS = 100;
    private static final Duration IN_FORCE_AT_MOST = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(5);
    /** Long enough for the folder to be looked at twice, for ten calls and for the fence to close. */
    private static final Duration HOSTILE_FOR = Duration.ofMillis(500);
    private static final Duration BASELINE = Duration.ofSeconds(5);
    private static final String HOLDER = "holder";
    private static final List<String> LIMITS = List.of("memory.max", "memory.high", "memory.oom.group", "pids.max", "cpu.weight");

    private final Path home;
    private final Consumer<String> progress;

    /** @param home the unpacked distribution */
    public SwapBench(Path home, Consumer<String> progress) {
        this.home = home;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param calls all calls but those of the hostile part
     * @param failed calls with a wrong exit code, or that ran without a domain, in words
     * @param limitsLost calls that were given no limits, and changes of the limits of the call that ran all the while
     * @param gapsMs from one policy's going to the next one's coming
     * @param quietUs how long calls took before the first swap
     * @param swappingUs how long they took while policies were swapped
     */
    public record Result(String tier, int swaps, int calls, List<String> failed, List<String> limitsLost, Sample gapsMs, Sample quietUs,
            Sample swappingUs, Hostile hostile) {
    }

    /**
     * What hostile policies achieved.
     *
     * @param policies how many
     * @param gaps everything that should not have happened, in words
     * @param slowestUs the slowest call
     */
    public record Hostile(int policies, int calls, List<String> gaps, double slowestUs) {
    }

    public Result run(int swaps, double callsPerSecond, int hostile) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            Path folder = scratch.folder("a");
            Appliance configured = Appliance.configured(home, folder, Map.of());
            Files.writeString(folder.resolve("conf").resolve("agentcgroup.properties"), Files.readString(home.resolve("conf")
                    .resolve("agentcgroup.properties")) + "\nfelix.fileinstall.poll = " + POLL_MS + "\n");
            try (Appliance appliance = configured) {
                appliance.start();
                appliance.warmUp();
                return new Story(scratch, appliance).tell(swaps, callsPerSecond, hostile);
            }
        }
    }

    /** One run. */
    private final class Story {

        private final Scratch scratch;
        private final Appliance appliance;
        private final Path deploy;
        private final Path events;

        Story(Scratch scratch, Appliance appliance) throws IOException {
            this.scratch = scratch;
            this.appliance = appliance;
            deploy = Files.createDirectories(appliance.state().resolve("deploy"));
            events = appliance.state().resolve(ServiceWatch.FILE);
        }

        Result tell(int swaps, double callsPerSecond, int hostile) throws IOException, InterruptedException {
            BundleJar.watch(deploy.resolve("watch.jar"));
            await("ready", 1);
            Process holder = holder();
            try {
                Map<String, String> before = limits();
                List<String> lost = new ArrayList<>();
                List<Load.Call> calls;
                long swappingNs;
                try (Load load = new Load(appliance, scratch.folder("load"), callsPerSecond)) {
                    LockSupport.parkNanos(BASELINE.toNanos());
                    swappingNs = System.nanoTime();
                    swap(swaps, load);
                    calls = load.stop();
                }
                changed(before, "after the swaps").ifPresent(lost::add);
                Files.delete(deploy.resolve("policy.jar"));
                await("-", swaps);
                Hostile outcome = hostile(hostile, callsPerSecond, before);
                return result(swaps, calls, swappingNs, lost, outcome);
            } finally {
                holder.destroy();
            }
        }

        /** An agent of its own with one call that runs all the while. */
        private Process holder() throws IOException, InterruptedException {
            Path begun = scratch.folder().resolve("begun");
            Process holder = appliance.agent(List.of("--session", HOLDER, "--leftovers", "reap"),
                    List.of("bash", "-c", "bash -c ': > " + begun + "; exec sleep 7200'; true")).start();
            for (long until = System.nanoTime() + IN_FORCE_AT_MOST.toNanos(); !Files.exists(begun);) {
                if (System.nanoTime() > until || !holder.isAlive()) {
                    throw new IOException("the call that is to run all the while does not begin");
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
            return holder;
        }

        private void swap(int swaps, Load load) throws IOException {
            long lastToldNs = System.nanoTime();
            for (int i = 1; i <= swaps; i++) {
                BundleJar.policy(deploy.resolve("policy.jar"), SwappedPolicy.class, SwappedPolicy.PREFIX + i, "1.0." + i, RANKING);
                await("+", i);
                if (load.failed()) {
                    throw new IOException("the agent broke down at swap " + i);
                }
                if (System.nanoTime() - lastToldNs > Duration.ofSeconds(20).toNanos()) {
                    lastToldNs = System.nanoTime();
                    progress.accept(i + " of " + swaps + " swaps");
                }
            }
        }

        private Hostile hostile(int count, double callsPerSecond, Map<String, String> before) throws IOException, InterruptedException {
            List<String> gaps = new ArrayList<>();
            long daemon = appliance.pid();
            List<Load.Call> calls;
            try (Load load = new Load(appliance, scratch.folder("hostile"), callsPerSecond)) {
                for (int i = 0; i < count; i++) {
                    Path jar = deploy.resolve("hostile-" + i + ".jar");
                    String what = deployHostile(jar, i);
                    LockSupport.parkNanos(HOSTILE_FOR.toNanos());
                    changed(before, "under " + what).ifPresent(gaps::add);
                    Files.delete(jar);
                }
                calls = load.stop();
            }
            if (appliance.pid() != daemon) {
                gaps.add("the daemon was started again");
            }
            calls.forEach(call -> call.wrong().forEach(gaps::add));
            return new Hostile(count, calls.size(), gaps, calls.stream().mapToDouble(Load.Call::micros).max().orElse(0));
        }

        private String deployHostile(Path jar, int index) throws IOException {
            Deed[] deeds = Deed.values();
            int kind = index % (deeds.length + 3);
            int ranking = HOSTILE_RANKING + index;
            if (kind < deeds.length) {
                BundleJar.policy(jar, HostilePolicy.class, deeds[kind].name(), "1.0." + index, ranking);
                return deeds[kind].name();
            }
            switch (kind - deeds.length) {
                case 0 -> BundleJar.unresolvable(jar, ranking);
                case 1 -> BundleJar.withoutClass(jar, ranking);
                default -> BundleJar.garbage(jar);
            }
            return "a bundle that cannot be used";
        }

        private Map<String, String> limits() throws IOException {
            Map<String, String> limits = new TreeMap<>();
            for (ControlGroup domain : appliance.root().child(HOLDER).children()) {
                String name = domain.directory().getFileName().toString();
                for (String file : LIMITS) {
                    if (name.startsWith("call-") && Files.exists(domain.directory().resolve(file))) {
                        limits.put(name + "/" + file, domain.read(file));
                    }
                }
            }
            return limits;
        }

        private Optional<String> changed(Map<String, String> before, String when) throws IOException {
            Map<String, String> now = limits();
            return now.equals(before) ? Optional.empty()
                    : Optional.of(Load.LIMIT_LOST + " " + when + ": " + now + " instead of " + before);
        }

        private void await(String what, int times) throws IOException {
            long until = System.nanoTime() + IN_FORCE_AT_MOST.toNanos();
            while (stamps(what).size() < times) {
                if (System.nanoTime() > until) {
                    throw new IOException("\"" + what + "\" number " + times + " does not come; the appliance's log may say why");
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }

        private List<Long> stamps(String what) throws IOException {
            if (!Files.exists(events)) {
                return List.of();
            }
            return Files.readAllLines(events).stream().filter(line -> line.endsWith(" " + what))
                    .map(line -> Long.parseLong(line.substring(0, line.indexOf(' ')))).toList();
        }

        private Result result(int swaps, List<Load.Call> calls, long swappingNs, List<String> lost, Hostile hostile) throws IOException {
            List<String> failed = new ArrayList<>();
            for (Load.Call call : calls) {
                for (String wrong : call.wrong()) {
                    (wrong.startsWith(Load.LIMIT_LOST) ? lost : failed).add(wrong);
                }
            }
            List<Long> came = stamps("+");
            List<Long> gone = stamps("-");
            double[] gapsMs = new double[swaps - 1];
            for (int i = 1; i < swaps; i++) {
                gapsMs[i - 1] = (came.get(i) - gone.get(i - 1)) / 1e6;
            }
            return new Result((String) appliance.status().get("tier"), swaps, calls.size(), failed, lost, Sample.of(gapsMs),
                    times(calls, call -> call.startNs() < swappingNs), times(calls, call -> call.startNs() >= swappingNs), hostile);
        }

        private Sample times(List<Load.Call> calls, Predicate<Load.Call> which) {
            return Sample.of(calls.stream().filter(which).mapToDouble(Load.Call::micros).toArray());
        }
    }
}
