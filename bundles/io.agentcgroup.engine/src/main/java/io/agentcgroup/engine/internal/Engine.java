package io.agentcgroup.engine.internal;

import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.enforce.KernelEvents;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.policy.AdaptivePolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The parts put together. Needs no framework: tests run it on the real tree as it is. */
final class Engine implements AutoCloseable {

    private final Workers workers = new Workers();
    private final SessionListeners listeners = new SessionListeners();
    private final EngineContext context;
    private final SessionRegistry sessions;
    private final Gate gate;
    private final KernelEventDesk kernelEvents;

    Engine(CgroupTree tree, Journal journal, Settings settings, Clocks clocks, Enforcers enforcers,
            Supplier<List<IntentProvider>> providers, Supplier<Optional<AdaptivePolicy>> policy) {
        Faults faults = new Faults(journal, clocks);
        Admission admission = new Admission(policy, faults);
        CallIndex calls = new CallIndex();
        OptionalLong hostBudget = settings.hostBudget(tree.info().hostMemoryBytes());
        context = new EngineContext(tree, journal, settings, clocks, workers, enforcers, providers, faults, calls,
                new PressureDesk(admission, calls), hostBudget);
        sessions = new SessionRegistry(context, listeners);
        gate = new Gate(context, sessions, new Intents(providers, faults), admission);
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
    }

    Sessions sessions() {
        return sessions;
    }

    ToolCalls calls() {
        return gate;
    }

    KernelEvents kernelEvents() {
        return kernelEvents;
    }

    void add(SessionListener listener) {
        listeners.add(listener);
    }

    void remove(SessionListener listener) {
        listeners.remove(listener);
    }

    /** Stops without ending anything: sessions and calls stay in the tree for the next engine. Nothing stays frozen. */
    @Override
    public void close() {
        context.calls().all().stream().map(LiveCall::freezer).filter(Freezer::frozen).forEach(Freezer::thaw);
        workers.close();
        sessions.leave();
    }
}
