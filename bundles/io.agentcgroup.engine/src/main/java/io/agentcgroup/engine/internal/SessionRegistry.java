package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.Sessions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open sessions. */
final class SessionRegistry implements Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);

    /**
     * Of the budget, above {@code memory.high}: there the kernel lets everybody grow by some tens of MB a second only, which gives the policy time
     * to end the right one. At {@code memory.max} it ends one after the other, the most important one too: it does not wait until the memory of
     * a dying process is back.
     */
    private static final int LAST_STRETCH_SHARE = 50;

    private final EngineContext engine;
    private final SessionListeners listeners;
    private final SessionCloser closer;
    private final SessionIndex open;
    /** Sessions are opened one after the other; calls are not held up by it. */
    private final Object opening = new Object();

    SessionRegistry(EngineContext engine, SessionListeners listeners) {
        this.engine = engine;
        this.open = engine.sessions();
        this.listeners = listeners;
        this.closer = new SessionCloser(engine, listeners);
    }

    @Override
    public Session open(SessionSpec spec) {
        SessionChecks.check(spec, engine.hostBudget());
        synchronized (opening) {
            OpenSession there = open.find(spec.name()).orElse(null);
            if (there != null && there.isClosing()) {
                closer.awaitClosed(there);
                there = open.find(spec.name()).orElse(null);
            }
            if (there != null) {
                SessionChecks.sameOwner(there.session(), spec);
                there.stay();
                change(there, said(there.session(), spec));
                return there.session();
            }
            return begin(newSession(spec));
        }
    }

    private Session newSession(SessionSpec spec) {
        Settings settings = engine.settings();
        OptionalLong memory = spec.memoryBudgetBytes().isPresent() ? spec.memoryBudgetBytes() : settings.sessionMemoryBytes();
        OptionalLong pids = spec.pidsBudget().isPresent() ? spec.pidsBudget() : OptionalLong.of(settings.sessionPids());
        return new Session(spec.name(), spec.priority().orElse(settings.sessionPriority()), spec.uid(), spec.gid(), memory, pids,
                spec.leftovers().orElse(settings.leftovers()), engine.clocks().now());
    }

    /** What was said anew holds, the rest stays. */
    private static Session said(Session there, SessionSpec spec) {
        return new Session(there.name(), spec.priority().orElse(there.priority()), there.uid(), there.gid(),
                spec.memoryBudgetBytes().isPresent() ? spec.memoryBudgetBytes() : there.memoryBudgetBytes(),
                spec.pidsBudget().isPresent() ? spec.pidsBudget() : there.pidsBudget(),
                spec.leftovers().orElse(there.leftovers()), there.created());
    }

    private void change(OpenSession there, Session changed) {
        if (changed.equals(there.session())) {
            return;
        }
        there.changeTo(changed);
        applyToRoot();
        engine.pressure().reconsider();
        engine.event("session-changed", changed.name(), "session " + changed.name() + " has from now on " + terms(changed), Map.of());
    }

    private static String terms(Session session) {
        return "priority " + session.priority().name().toLowerCase(Locale.ROOT) + ", memory "
                + session.memoryBudgetBytes().stream().mapToObj(Quantity::formatBytes).findFirst().orElse("as much as the host gives");
    }

    private Session begin(Session session) {
        SessionNode node = engine.tree().session(session.name());
        try {
            node.setAttribute(SessionRecord.KEY, SessionRecord.write(session));
            enter(session, node);
        } catch (RuntimeException e) {
            open.remove(session.name());
            discard(node);
            throw e;
        }
        engine.event("session-opened", session.name(), "session " + session.name() + " was opened, " + terms(session), Map.of("uid", session.uid()));
        listeners.opened(session);
        return session;
    }

    /** Takes over a session that an earlier daemon left. Its listeners are told by {@link #announce}. */
    OpenSession adopt(Session session, SessionNode node) {
        return enter(session, node);
    }

    void announce(OpenSession adopted) {
        listeners.opened(adopted.session());
    }

    private OpenSession enter(Session session, SessionNode node) {
        OpenSession entered = new OpenSession(session, node, engine);
        open.add(entered);
        applyToRoot();
        entered.applyLimits();
        new SessionWatch(engine, entered, () -> closeIfStillIdle(entered)).open();
        return entered;
    }

    private static void discard(SessionNode node) {
        try {
            node.remove();
        } catch (CgroupException | IllegalStateException e) {
            LOG.warn("{} stays behind: {}", node.path(), e.getMessage());
        }
    }

    /** The budget of all sessions together, and the protection without which that of their agents does not count. */
    void applyToRoot() {
        long reserved = open.all().stream().mapToLong(session -> session.limits().reserveBytes()).sum();
        long low = open.all().stream().mapToLong(session -> session.limits().session().memoryLowBytes().orElse(0)).sum();
        Limits.Builder limits = Limits.builder().memoryMinBytes(reserved).memoryLowBytes(Math.min(low, engine.hostBudget().orElse(low)));
        engine.hostBudget().ifPresent(budget -> limits.memoryMaxBytes(budget).memoryHighBytes(budget - budget / LAST_STRETCH_SHARE));
        try {
            engine.tree().applyToRoot(limits.build());
        } catch (CgroupException e) {
            LOG.error("the budget of all sessions cannot be set: {}", e.getMessage());
        }
    }

    /** Another enforcer is in charge. */
    void applyAllAgain() {
        for (OpenSession session : open.all()) {
            try {
                session.applyLimits();
                session.calls().forEach(call -> call.held().apply());
            } catch (CgroupException | IllegalStateException e) {
                LOG.error("the limits of session {} cannot be put in force anew: {}", session.name(), e.getMessage());
            }
        }
    }

    /** Lets go of all sessions; they stay in the tree. */
    void leave() {
        open.all().forEach(session -> session.node().close());
        open.clear();
    }

    Optional<OpenSession> get(SessionName name) {
        return open.find(name);
    }

    /** @param id as the kernel knows the session's node */
    Optional<OpenSession> withDomain(long id) {
        return open.withDomain(id);
    }

    @Override
    public Optional<Session> find(SessionName name) {
        return get(name).map(OpenSession::session);
    }

    @Override
    public List<SessionStatus> list() {
        return open.all().stream().sorted(Comparator.comparing(OpenSession::name)).flatMap(session -> status(session).stream()).toList();
    }

    private static Optional<SessionStatus> status(OpenSession session) {
        try {
            return Optional.of(session.status());
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("session {} was closed while it was listed", session.name());
            return Optional.empty();
        }
    }

    @Override
    public int agentDirectory(SessionName name) {
        return get(name).orElseThrow(() -> new IllegalArgumentException("there is no session " + name))
                .node().agent().directoryDescriptor();
    }

    @Override
    public int agentOomScoreAdj() {
        return OomScore.AGENT;
    }

    @Override
    public boolean close(SessionName name, String reason) {
        OpenSession session = open.find(name).orElse(null);
        if (session == null) {
            return false;
        }
        if (!session.beginClosing()) {
            // Who asks counts on its being gone when he is answered, whoever closes it.
            closer.awaitClosed(session);
            return false;
        }
        end(session, reason);
        return true;
    }

    @Override
    public boolean closeIfIdle(SessionName name, String reason) {
        OpenSession session = open.find(name).orElse(null);
        if (session == null || !session.beginClosingIfIdle(reason)) {
            return false;
        }
        end(session, reason);
        return true;
    }

    void closeIfStillIdle(OpenSession session) {
        session.closeWhenIdle().ifPresent(reason -> {
            if (session.beginClosingIfIdle(reason)) {
                end(session, reason);
            }
        });
    }

    /** Ends a session that the caller may close. */
    void end(OpenSession session, String reason) {
        closer.end(session, reason, () -> {
            open.remove(session);
            applyToRoot();
        });
    }
}
