package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over what an earlier daemon left in the tree: sessions and calls that still run, and calls that ended meanwhile. */
final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    /** A call is journalled a moment before its directory goes: what was written but not removed is at the journal's end. */
    private static final int JOURNAL_TAIL = 2_048;

    private final EngineContext engine;
    private final SessionRegistry sessions;
    /** Ids at the end of the journal; read when first needed, which after a clean stop is never. */
    private Set<String> journalled;

    Adoption(EngineContext engine, SessionRegistry sessions) {
        this.engine = engine;
        this.sessions = sessions;
    }

    void run() {
        for (SessionNode node : nodes()) {
            try {
                adopt(node);
            } catch (CgroupException | IllegalStateException e) {
                LOG.error("session {} cannot be taken over: {}", node.name(), e.getMessage());
            }
        }
    }

    private List<SessionNode> nodes() {
        try {
            return engine.tree().sessions();
        } catch (CgroupException e) {
            LOG.error("there is no tree to take over: {}", e.getMessage());
            return List.of();
        }
    }

    private void adopt(SessionNode node) {
        Optional<Session> session = session(node);
        if (session.isEmpty()) {
            leave(node);
            return;
        }
        OpenSession adopted = sessions.adopt(session.get(), node);
        List<LiveCall> found = new ArrayList<>();
        node.calls().forEach((id, domain) -> call(adopted, id, domain).ifPresent(found::add));
        found.forEach(adopted::add);
        sessions.announce(adopted);
        engine.event("session-adopted", adopted.name(), "session " + adopted.name() + " was taken over with " + found.size()
                + (found.size() == 1 ? " call" : " calls"), Map.of("calls", found.size()));
        found.forEach(LiveCall::goOn);
        closeUnlessSomebodyComes(adopted);
    }

    private static Optional<Session> session(SessionNode node) {
        try {
            return node.attribute(SessionRecord.KEY).map(text -> SessionRecord.read(node.name(), text));
        } catch (IllegalArgumentException e) {
            LOG.error("the record of session {} cannot be read: {}", node.name(), e.getMessage());
            return Optional.empty();
        }
    }

    /** It was never finished, or it is not ours. */
    private static void leave(SessionNode node) {
        if (node.populated()) {
            LOG.warn("{} is no session of ours and is left alone", node.path());
            node.close();
        } else {
            node.remove();
        }
    }

    private Optional<LiveCall> call(OpenSession session, CallId id, Domain domain) {
        Optional<String> text = domain.attribute(CallRecord.KEY);
        boolean alive = domain.populated();
        boolean nothingToTell = text.isEmpty() && !ran(domain) || isJournalled(id);
        if (!alive && nothingToTell) {
            engine.enforcers().release(domain);
            domain.remove();
            return Optional.empty();
        }
        CallRecord record = text.flatMap(json -> record(id, session, json))
                .orElseGet(() -> CallRecord.unknown(id, session.name(), engine.clocks()));
        return Optional.of(LiveCall.adopted(engine, session, record, domain, life(id, domain)));
    }

    /** The record is written right after the grant: without one, the daemon before was killed in between, and the agent may have been quick. */
    private static boolean ran(Domain domain) {
        return domain.usage().cpuUsageUs().orElse(0) > 0;
    }

    private static Optional<CallRecord> record(CallId id, OpenSession session, String json) {
        try {
            return Optional.of(CallRecord.read(id, session.name(), json));
        } catch (IllegalArgumentException e) {
            LOG.error("the record of call {} cannot be read: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private static CallLife life(CallId id, Domain domain) {
        try {
            return domain.attribute(ExitRecord.KEY).map(ExitRecord::read)
                    .map(exit -> CallLife.foundExited(exit.waitStatus(), exit.exitedNs())).orElseGet(CallLife::found);
        } catch (IllegalArgumentException e) {
            LOG.error("the exit of call {} cannot be read: {}", id, e.getMessage());
            return CallLife.found();
        }
    }

    private boolean isJournalled(CallId id) {
        if (journalled == null) {
            journalled = engine.journal().query(line -> true, JOURNAL_TAIL).stream()
                    .map(line -> String.valueOf(line.get("id"))).collect(Collectors.toSet());
        }
        return journalled.contains(id.value());
    }

    /** Whoever was to say that the agent has exited may have said it while nobody listened. */
    private void closeUnlessSomebodyComes(OpenSession session) {
        if (session.node().populated()) {
            return;
        }
        engine.workers().runAfter(engine.settings().idleAfterRestart(), () -> {
            if (session.unused() && session.beginClosingIfIdle("nothing ran in it after a restart")) {
                sessions.end(session, "nothing ran in it after a restart");
            }
        });
    }
}
