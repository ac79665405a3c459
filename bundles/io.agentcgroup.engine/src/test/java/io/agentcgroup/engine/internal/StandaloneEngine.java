package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.config.Configuration;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The engine without a framework, over any tree, with a policy that the test decides: for tests on a real kernel. */
public final class StandaloneEngine implements AutoCloseable {

    private final CgroupTree tree;
    private final Map<String, Object> config;
    private final MemoryJournal journal = new MemoryJournal();
    private volatile Limits limits = Limits.builder().oomGroup(true).build();
    private volatile Function<Pressure, List<Action>> reaction = pressure -> List.of();
    private Engine engine;

    private final AdaptivePolicy policy;
    private final AdaptivePolicy played = Played.policy("test",
            request -> Decision.admit(new Grant(limits, Placement.CALL, "test", "the test wanted it")),
            (pressure, state) -> reaction.apply(pressure));

    /** @param config of {@link EngineConfig}, by property; all others are the defaults */
    public StandaloneEngine(CgroupTree tree, Map<String, Object> config) {
        this(tree, config, null);
    }

    /** @param policy decides; null for one that does as {@link #grant} and {@link #react} say */
    public StandaloneEngine(CgroupTree tree, Map<String, Object> config, AdaptivePolicy policy) {
        this.tree = tree;
        this.config = config;
        this.policy = policy == null ? played : policy;
        restart();
    }

    /** From now on each call is granted these. */
    public void grant(Limits each) {
        limits = each;
    }

    /** From now on this is done under pressure. */
    public void react(Function<Pressure, List<Action>> how) {
        reaction = how;
    }

    /** Another engine takes over what this one leaves in the tree. */
    public void restart() {
        close();
        engine = new Engine(tree, journal, Settings.of(Configuration.of(EngineConfig.class, config)), Clocks.SYSTEM, new Enforcers(), List::of, () -> List.of(policy),
                HostMemory.ofThisHost(Clocks.SYSTEM));
        engine.start();
    }

    public Sessions sessions() {
        return engine.sessions();
    }

    /** @return what a policy would know now */
    public PolicyState state() {
        return engine.state();
    }

    public ToolCalls calls() {
        return engine.calls();
    }

    public Outcome awaitOutcome(CallId id, long patienceS) throws InterruptedException {
        return journal.await(id, patienceS);
    }

    public List<Outcome> outcomes() {
        return journal.outcomes();
    }

    @Override
    public void close() {
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }
}
