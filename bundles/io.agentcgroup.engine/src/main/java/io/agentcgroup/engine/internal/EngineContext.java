package io.agentcgroup.engine.internal;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What the parts of the engine work with. */
record EngineContext(CgroupTree tree, Journal journal, Settings settings, Clocks clocks, Workers workers, Enforcers enforcers,
        Supplier<List<IntentProvider>> providers, Faults faults, CallIndex calls, PressureDesk pressure, OptionalLong hostBudget) {

    void event(String kind, SessionName session, String message, Map<String, Object> details) {
        journal.append(new JournalEvent(clocks.now(), kind, Optional.of(session), message, details));
    }
}
