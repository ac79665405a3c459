package io.agentcgroup.engine.internal;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the parts of the engine work with, each other included. */
final class EngineContext {

    private final CgroupTree tree;
    private final Journal journal;
    private final Settings settings;
    private final Clocks clocks;
    private final Workers workers;
    private final Enforcers enforcers;
    private final Faults faults;
    private final OptionalLong hostBudget;
    private final CallIndex calls = new CallIndex();
    private final SessionIndex sessions = new SessionIndex();
    private final StateReader state;
    private final WaitingRoom room;
    // The parts that act; set once, before the first session is opened.
    private Intents intents;
    private PressureDesk pressure;
    private Lookout lookout;

    EngineContext(CgroupTree tree, Journal journal, Settings settings, Clocks clocks, Workers workers, Enforcers enforcers, Faults faults,
            Supplier<HostMemory> memory) {
        this.tree = tree;
        this.journal = journal;
        this.settings = settings;
        this.clocks = clocks;
        this.workers = workers;
        this.enforcers = enforcers;
        this.faults = faults;
        this.hostBudget = settings.hostBudget(tree.info().hostMemoryBytes());
        this.room = new WaitingRoom(settings.aging());
        this.state = new StateReader(this, memory);
    }

    void use(Intents asked, PressureDesk desk, Lookout watching) {
        intents = asked;
        pressure = desk;
        lookout = watching;
    }

    CgroupTree tree() {
        return tree;
    }

    Journal journal() {
        return journal;
    }

    Settings settings() {
        return settings;
    }

    Clocks clocks() {
        return clocks;
    }

    Workers workers() {
        return workers;
    }

    Enforcers enforcers() {
        return enforcers;
    }

    Faults faults() {
        return faults;
    }

    OptionalLong hostBudget() {
        return hostBudget;
    }

    CallIndex calls() {
        return calls;
    }

    SessionIndex sessions() {
        return sessions;
    }

    StateReader state() {
        return state;
    }

    WaitingRoom room() {
        return room;
    }

    Intents intents() {
        return intents;
    }

    PressureDesk pressure() {
        return pressure;
    }

    Lookout lookout() {
        return lookout;
    }

    void event(String kind, SessionName session, String message, Map<String, Object> details) {
        journal.append(new JournalEvent(clocks.now(), kind, Optional.of(session), message, details));
    }
}
