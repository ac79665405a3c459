package io.agentcgroup.bench.isolation;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** With the appliance, its policy as shipped, forced to one tier. A new appliance each run: nothing learned is carried over. */
final class TierArm implements Arm {

    /** The end of a call is journalled a moment after its agent saw it. */
    private static final Duration JOURNALLED_WITHIN = Duration.ofSeconds(5);

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
        return tiers.missing(tier);
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

        Sessions(Appliance appliance) throws IOException {
            this.appliance = appliance;
            this.eventsBefore = appliance.root().counters("memory.events");
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
            OptionalLong peak = appliance.root().number("memory.peak");
            @SuppressWarnings("unchecked") // what Jackson makes of a JSON object
            Map<String, Object> counters = (Map<String, Object>) appliance.status().get("counters");
            return new Evidence(events.getOrDefault("oom_kill", 0L), peak.isPresent() ? peak.getAsLong() : null, events,
                    holds(counters), actions(), withoutDomain, counters);
        }

        /** Holds are counted by the enforcers of the tiers that have them. */
        private static Long holds(Map<String, Object> counters) {
            return counters.entrySet().stream().filter(counter -> counter.getKey().matches(".*(holds|delays)_total"))
                    .mapToLong(counter -> ((Number) counter.getValue()).longValue()).sum();
        }

        private Map<String, Long> actions() throws IOException {
            Map<String, Long> actions = new TreeMap<>();
            for (String line : appliance.events()) {
                Map<String, Object> event = JSON.std.mapFrom(line);
                if ("action".equals(event.get("kind"))) {
                    Map<?, ?> details = (Map<?, ?>) event.get("details");
                    actions.merge(String.valueOf(details.get("action")), 1L, Long::sum);
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
            endAll();
            appliance.close();
        }
    }
}
