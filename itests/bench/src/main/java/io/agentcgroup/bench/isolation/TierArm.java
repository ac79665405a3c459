package io.agentcgroup.bench.isolation;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** With the appliance, its policy as shipped, forced to one tier. A new appliance each run: nothing learned is carried over. */
final class TierArm implements Arm {

    /** The end of a call is journalled a moment after its agent saw it. */
    private static final Duration JOURNALLED_WITHIN = Duration.ofSeconds(5);

    private static final String CGROUP = "cgroup";
    private static final String ENGINE = "io.agentcgroup.engine";

    private final String tier;
    private final Load load;
    private final Tiers tiers;

    TierArm(String tier, Load load, Tiers tiers) {
        this.tier = tier;
        this.load = load;
        this.tiers = tiers;
    }

    @Override
    public String name() {
        return tier;
    }

    @Override
    public String meaning() {
        return "AgentCgroup in tier " + tier + " with its policy as shipped; all sessions together may use as much as in none"
                + (Emulation.HERE ? "; on this emulated machine the shim waits " + Emulation.ANSWER_AT_MOST_MS + " ms for the daemon instead of 50"
                        : "");
    }

    @Override
    public Optional<String> unavailable() throws IOException, InterruptedException {
        // The command does not come here on a kernel without it.
        return CGROUP.equals(tier) ? Optional.empty() : tiers.missing(tier);
    }

    private Appliance appliance(Path folder) throws IOException {
        return Appliance.configured(Place.current().home(), folder,
                Map.of(ENGINE, Map.of("host.memory", Long.toString(load.totalBytes()), "tier", tier))).keepClassesIn(tiers.classes());
    }

    @Override
    public Stage open(Path folder) throws IOException, InterruptedException {
        Appliance appliance = appliance(folder);
        try {
            appliance.start();
            appliance.warmUp();
            check(appliance);
            return new Sessions(appliance);
        } catch (IOException | InterruptedException | RuntimeException e) {
            appliance.close();
            throw e;
        }
    }

    /** An arm with another limit, or in another tier, would be another experiment. */
    private void check(Appliance appliance) throws IOException {
        if (!tier.equals(appliance.status().get("tier"))) {
            throw new UnavailableException("the appliance took tier " + appliance.status().get("tier") + " although " + tier + " was asked for");
        }
        OptionalLong limit = appliance.root().number("memory.max");
        // The kernel rounds down to whole pages.
        if (limit.isEmpty() || limit.getAsLong() > load.totalBytes() || load.totalBytes() - limit.getAsLong() >= 1 << 16) {
            throw new IOException("the limit over all sessions is " + limit + " and should be " + load.totalBytes());
        }
        if (!load.swap() && appliance.root().number("memory.swap.current").isPresent()) {
            appliance.root().write("memory.swap.max", "0");
        }
    }

    private static final class Sessions implements Stage {

        private final Appliance appliance;
        private final Map<String, Long> eventsBefore;
        private final Map<String, Long> countersBefore;

        Sessions(Appliance appliance) throws IOException {
            this.appliance = appliance;
            this.eventsBefore = appliance.root().counters("memory.events");
            this.countersBefore = counters();
        }

        private Map<String, Long> counters() {
            Map<String, Long> counters = new TreeMap<>();
            ((Map<?, ?>) appliance.status().get("counters")).forEach(
                    (name, count) -> counters.put(name.toString(), ((Number) count).longValue()));
            return counters;
        }

        @Override
        public ProcessBuilder agent(Load.Member member, List<String> command) {
            ProcessBuilder builder = appliance.agent(List.of("--session", member.name(), "--priority", member.priority()), command);
            if (Emulation.HERE) {
                builder.environment().put("AGENTCGROUP_TIMEOUT_MS", Integer.toString(Emulation.ANSWER_AT_MOST_MS));
            }
            return builder;
        }

        @Override
        public Evidence evidence(int calls) throws IOException, InterruptedException {
            // One call more: that of the warm-up.
            long withoutDomain = calls + 1 - appliance.awaitJournal(calls + 1, JOURNALLED_WITHIN);
            Map<String, Long> events = new TreeMap<>(appliance.root().counters("memory.events"));
            eventsBefore.forEach((name, before) -> events.merge(name, -before, Long::sum));
            Map<String, Long> counters = counters();
            countersBefore.forEach((name, before) -> counters.merge(name, -before, Long::sum));
            OptionalLong peak = appliance.root().number("memory.peak");
            return new Evidence(events.getOrDefault("oom_kill", 0L), peak.isPresent() ? peak.getAsLong() : null, events,
                    holds(counters), actions(), withoutDomain, counters);
        }

        /** Those of the scheduler and of the memory controller; tiers without them have no such counters. */
        private static long holds(Map<String, Long> counters) {
            return counters.getOrDefault("kernel_holds_total", 0L) + counters.getOrDefault("kernel_delays_total", 0L);
        }

        private List<Map<String, Object>> actions() throws IOException {
            List<Map<String, Object>> actions = new ArrayList<>();
            for (String line : appliance.events()) {
                Map<String, Object> event = JSON.std.mapFrom(line);
                if ("action".equals(event.get("kind"))) {
                    actions.add(event);
                }
            }
            return actions;
        }

        @Override
        public void endAll() throws IOException {
            for (ControlGroup session : appliance.root().children()) {
                session.kill();
            }
        }

        @Override
        public void close() throws IOException {
            // What it pinned in the kernel must not take part in the next arm.
            try (appliance) {
                endAll();
                appliance.release();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the appliance was stopping", e);
            }
        }
    }
}
