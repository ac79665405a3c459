package io.agentcgroup.simulate;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.harness.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lets a scenario happen. */
final class Simulation {

    private static final double HIGH_PERCENTILE = 95;
    /** So many times longer than the longest run takes unhindered is stuck. */
    private static final double STUCK_TIMES = 20;
    private static final double LEAST_S = 600;
    private static final double NS_PER_S = 1e9;
    private static final String ENGINE = "io.agentcgroup.engine";

    private final Plugins plugins;

    /** @param plugins where policies and providers come from */
    Simulation(Plugins plugins) {
        this.plugins = plugins;
    }

    /** @return what came of it, the first session's calls compared with the same alone */
    Result run(Scenario scenario) {
        Result alone = once(scenario.alone());
        return once(scenario).withRatio(alone.highP95Ms());
    }

    /** As {@link #run}, without the comparison. */
    Result once(Scenario scenario) {
        if (scenario.policy().equals(Scenario.STATIC) && scenario.peaksBytes() > scenario.machine().forSessionsBytes()) {
            return new Result(scenario, 0, 0, 0, 0, null, null, 0, "the peaks are " + (scenario.peaksBytes() >> 20) + " MiB together", false,
                    Map.of(), List.of(), 0);
        }
        long realNs = System.nanoTime();
        VirtualTime time = new VirtualTime();
        Kernel kernel = new Kernel(time, scenario.machine());
        try (Host host = host(scenario, kernel)) {
            List<AgentRun> runs = new ArrayList<>();
            for (Member member : scenario.members()) {
                AgentRun run = new AgentRun(member, host, time, scenario.scale());
                time.after(runs.size() * scenario.staggerNs(), run::begin);
                runs.add(run);
            }
            boolean ended = time.run(atMostNs(scenario), () -> runs.stream().allMatch(AgentRun::over));
            return result(scenario, kernel, host, runs, !ended, (System.nanoTime() - realNs) / 1e6);
        }
    }

    private static long atMostNs(Scenario scenario) {
        double longest = scenario.members().stream().mapToDouble(member -> member.trace().durationS()).max().orElse(0) / scenario.scale().speed();
        return Math.round(Math.max(LEAST_S, longest * STUCK_TIMES) * NS_PER_S);
    }

    private Host host(Scenario scenario, Kernel kernel) {
        return switch (scenario.policy()) {
            case Scenario.NONE -> new PlainHost(kernel, member -> Limits.UNLIMITED);
            case Scenario.STATIC -> new PlainHost(kernel, scenario::peakBytes);
            default -> {
                AdaptivePolicy policy = plugins.policy(scenario.policy(), scenario.settings());
                List<IntentProvider> providers = scenario.declare() ? List.of(plugins.declared(scenario.settings())) : List.of();
                yield new EngineHost(kernel, scenario.tier(), scenario.settings().getOrDefault(ENGINE, Map.of()), providers, policy,
                        scenario.declare());
            }
        };
    }

    private static Result result(Scenario scenario, Kernel kernel, Host host, List<AgentRun> runs, boolean timedOut, double took) {
        // A killed call was a short one: without all its work, there is nothing to compare.
        List<Double> calls = runs.get(0).finished() ? runs.get(0).callsMs() : List.of();
        Double p95 = calls.isEmpty() ? null : Sample.of(calls.stream().mapToDouble(Double::doubleValue).toArray()).percentile(HIGH_PERCENTILE);
        List<Double> sessions = new ArrayList<>();
        runs.forEach(run -> sessions.add(run.completionS()));
        return new Result(scenario, runs.stream().mapToInt(AgentRun::kills).sum(), kernel.oomKills(),
                (int) runs.stream().filter(AgentRun::finished).count(), kernel.time().seconds(), p95, null,
                runs.stream().mapToDouble(AgentRun::waitedS).sum(), null, timedOut,
                host instanceof EngineHost engine ? Map.copyOf(engine.noted()) : Map.of(), sessions, took);
    }
}
