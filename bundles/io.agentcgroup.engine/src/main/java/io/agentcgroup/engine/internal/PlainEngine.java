package io.agentcgroup.engine.internal;

import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.policy.AdaptivePolicy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * The engine as it is, without a framework: over any tree, in any time, with any policy. For simulations of a host; on a kernel the
 * bundle's component runs it.
 */
public final class PlainEngine implements AutoCloseable {

    private final Engine engine;

    /**
     * What an engine finds on a host.
     *
     * @param tree where sessions and calls are
     * @param enforcer keeps the limits
     * @param journal gets outcomes and events
     * @param wall the clock for people
     * @param monotonicNs the clock that is never set
     * @param availableBytes {@code MemAvailable}
     */
    public record Host(CgroupTree tree, Enforcer enforcer, Journal journal, Clock wall, LongSupplier monotonicNs, LongSupplier availableBytes) {
    }

    /**
     * @param configuration of PID {@code io.agentcgroup.engine}, by property; all others are the defaults
     * @param providers in ranking order
     * @param later runs everything that has its time, on the caller's thread or on others
     * @param atOnce runs what plug-ins are asked with; may be the calling thread
     * @throws IllegalArgumentException if the configuration makes no sense
     */
    public PlainEngine(Host host, Map<String, String> configuration, List<IntentProvider> providers, AdaptivePolicy policy,
            ScheduledExecutorService later, ExecutorService atOnce) {
        Enforcers enforcers = new Enforcers();
        enforcers.add(host.enforcer());
        List<AdaptivePolicy> policies = List.of(policy);
        engine = new Engine(host.tree(), host.journal(), Settings.of(Configuration.of(EngineConfig.class, configuration)), new Clocks(host.wall(), host.monotonicNs()), enforcers,
                () -> providers, () -> policies, () -> new HostMemory(OptionalLong.of(host.availableBytes().getAsLong()), 0),
                new Threads(later, later, later, atOnce, atOnce));
        engine.start();
    }

    public Sessions sessions() {
        return engine.sessions();
    }

    public ToolCalls calls() {
        return engine.calls();
    }

    @Override
    public void close() {
        engine.close();
    }
}
