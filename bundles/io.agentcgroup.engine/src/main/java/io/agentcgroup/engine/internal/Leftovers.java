package io.agentcgroup.engine.internal;

import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.cgroup.CgroupException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of processes that a call left running. The agent is told first: moving and ending takes its time. */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final EngineContext engine;
    private final OpenSession session;
    private final LiveCall call;

    Leftovers(EngineContext engine, OpenSession session, LiveCall call) {
        this.engine = engine;
        this.session = session;
        this.call = call;
    }

    void handle() {
        LeftoverPolicy policy = session.session().leftovers();
        List<Integer> processes = call.domain().processes();
        List<String> names = processes.stream().map(ProcessName::describe).toList();
        Word word = Feedback.leftovers(policy, names, sharedBytes());
        call.lastWord().leftOver(processes.size(), processes.isEmpty() ? List.of() : List.of(word));
        engine.event("leftovers-" + kind(policy), session.name(), word.text(),
                Map.of("call", call.id().value(), "processes", processes.size()));
        try {
            switch (policy.mode()) {
                case ADOPT -> call.domain().moveProcessesTo(session.node().background());
                case KEEP -> engine.workers().runAfter(policy.keepFor(), this::reap);
                case REAP -> call.domain().kill();
            }
        } catch (CgroupException e) {
            LOG.warn("what call {} left running stays in it until it ends: {}", call.id(), e.getMessage());
        }
        call.look();
    }

    /** @return what background processes share, where something keeps them to it */
    private OptionalLong sharedBytes() {
        return engine.tree().info().controllers().contains("memory") ? session.limits().background().memoryMaxBytes()
                : OptionalLong.empty();
    }

    private static String kind(LeftoverPolicy policy) {
        return switch (policy.mode()) {
            case ADOPT -> "adopted";
            case KEEP -> "kept";
            case REAP -> "reaped";
        };
    }

    private void reap() {
        try {
            call.domain().kill();
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("what call {} left running has ended by itself: {}", call.id(), e.getMessage());
        }
        call.look();
    }
}
