package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.Domain.Watch;
import io.agentcgroup.api.enforce.KernelEvents;
import io.agentcgroup.api.engine.PluginStatus;
import io.agentcgroup.api.engine.PluginStatus.Kind;
import io.agentcgroup.api.engine.Plugins;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.PolicyState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts put together. Needs no framework: tests run it on the real tree as it is. */
final class Engine implements Plugins, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** As for a session: 15 % of a second lost to waiting for memory is felt. */
    private static final Duration STALL = Duration.ofMillis(150);
    private static final Duration STALL_WINDOW = Duration.ofSeconds(1);

    private final Workers workers;
    private final SessionListeners listeners = new SessionListeners();
    private final EngineContext context;
    private final Fence fence;
    private final Fence learning;
    private final Guards<AdaptivePolicy> policies;
    private final Guards<IntentProvider> providers;
    private final Admission admission;
    private final SessionRegistry sessions;
    private final CallDesk calls;
    private final KernelEventDesk kernelEvents;
    private Optional<Watch> stallWatch = Optional.empty();

    Engine(CgroupTree tree, Journal journal, Settings settings, Clocks clocks, Enforcers enforcers,
            Supplier<List<IntentProvider>> providerServices, Supplier<List<AdaptivePolicy>> policyServices,
            Supplier<HostMemory> memory) {
        this(tree, journal, settings, clocks, enforcers, providerServices, policyServices, memory, Threads.own(tree));
    }

    Engine(CgroupTree tree, Journal journal, Settings settings, Clocks clocks, Enforcers enforcers,
            Supplier<List<IntentProvider>> providerServices, Supplier<List<AdaptivePolicy>> policyServices,
            Supplier<HostMemory> memory, Threads threads) {
        workers = new Workers(threads.workers(), threads.background(), threads.timer());
        Faults faults = new Faults(journal, clocks);
        context = new EngineContext(tree, journal, settings, clocks, workers, enforcers, faults, memory);
        fence = new Fence(settings.pluginBudget(), workers, clocks, faults, this::policiesChanged, threads.plugins());
        learning = new Fence(settings.pluginBudget(), workers, clocks, faults, this::policiesChanged, threads.learners());
        policies = new Guards<>(policyServices, Kind.POLICY, clocks, settings.pluginFaults());
        providers = new Guards<>(providerServices, Kind.INTENT, clocks, settings.pluginFaults());
        Intents intents = new Intents(providers, fence, learning);
        admission = new Admission(policies, fence);
        sessions = new SessionRegistry(context, listeners);
        Decider decider = new Decider(context, admission);
        Entrance entrance = new Entrance(context);
        Doorkeeper doorkeeper = new Doorkeeper(context, decider, fence, entrance);
        calls = new CallDesk(context, sessions, new Gate(context, sessions, intents, decider, fence, entrance, doorkeeper));
        PressureDesk desk = new PressureDesk(context, admission, fence, doorkeeper::reconsider);
        context.use(intents, desk, new Lookout(context, desk::report));
        kernelEvents = new KernelEventDesk(context, sessions);
        enforcers.onChange(() -> workers.run(() -> {
            sessions.applyAllAgain();
            enforcers.standDownRelieved();
        }));
    }

    /** Takes over what is in the tree. */
    void start() {
        sessions.applyToRoot();
        new Adoption(context, sessions).run();
        if (!context.calls().isEmpty()) {
            context.lookout().callBegan();
        }
        try {
            stallWatch = context.tree().watchRootMemoryPressure(false, STALL, STALL_WINDOW, this::hostStalled);
        } catch (CgroupException e) {
            LOG.warn("no stall trigger for all sessions together: {}", e.getMessage());
        }
    }

    private void hostStalled() {
        context.pressure().report(new Pressure(Optional.empty(), Optional.empty(), Pressure.Kind.HOST_STALL, STALL.toNanos() / 1_000,
                context.clocks().monotonicNs()));
    }

    /** Another policy decides from now on, or none: it may let in who waits. */
    void policiesChanged() {
        admission.introduce();
        context.pressure().reconsider();
    }

    /** @return what a policy would know now */
    PolicyState state() {
        long nowNs = context.clocks().monotonicNs();
        WaitingRoom room = context.room();
        return context.state().read(StateReader.FRESH_NS, room.shown(room.inOrder(nowNs), nowNs));
    }

    Sessions sessions() {
        return sessions;
    }

    ToolCalls calls() {
        return calls;
    }

    KernelEvents kernelEvents() {
        return kernelEvents;
    }

    @Override
    public List<PluginStatus> plugins() {
        List<PluginStatus> all = new ArrayList<>();
        Optional<Guarded<AdaptivePolicy>> decides = policies.first();
        for (Guarded<AdaptivePolicy> policy : policies.all()) {
            all.add(policy.status(all.size() + 1, decides.filter(first -> first == policy).isPresent()));
        }
        int ranking = 0;
        for (Guarded<IntentProvider> provider : providers.all()) {
            all.add(provider.status(++ranking, provider.open()));
        }
        return all;
    }

    void add(SessionListener listener) {
        listeners.add(listener);
    }

    void remove(SessionListener listener) {
        listeners.remove(listener);
    }

    /** Stops without ending anything: sessions and calls stay in the tree for the next engine. Nothing stays held back, nobody waits. */
    @Override
    public void close() {
        context.room().refuseAll("AgentCgroup is being stopped");
        context.lookout().close();
        stallWatch.ifPresent(Watch::close);
        context.calls().all().forEach(call -> call.treatment().ladder().release());
        // Who has just got an answer may not have come to it.
        context.calls().all().forEach(LiveCall::keepRecord);
        fence.close();
        learning.close();
        workers.close();
        sessions.leave();
    }
}
