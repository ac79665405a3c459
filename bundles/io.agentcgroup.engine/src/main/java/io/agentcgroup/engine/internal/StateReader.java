package io.agentcgroup.engine.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.CallState.Phase;
import io.agentcgroup.api.policy.HostState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import io.agentcgroup.api.policy.WaitingCall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts together what a policy may know: one moment of the host, all sessions and their calls. On the way of every call, which goes it once and
 * finds the caches cold: plain loops, since each stream and each lambda is a dozen objects and calls more. Thread-safe.
 */
final class StateReader {

    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);

    private static final Comparator<OpenSession> BY_NAME = Comparator.comparing(OpenSession::name);
    private static final Comparator<LiveCall> BY_AGE = Comparator.comparingLong(LiveCall::beganNs).thenComparing(LiveCall::id);

    /** On the way of a call, readings of the last look will do: each costs a system call or two for every call that runs. */
    static final long RECENT_NS = 50_000_000;
    static final long FRESH_NS = 1_000_000;
    /** What was read when something was noticed will do for what is done about it, unless that had to wait for so long. */
    private static final long NOTICED_NS = 20_000_000;
    /** Files fill all memory that nobody wants; the kernel gives it to whoever comes. Between two looks at them, new ones count as used. */
    private static final long FILES_NS = 100_000_000;
    /** Agents and servers grow in minutes, not in moments; and {@code memory.stat} costs the kernel more than a counter. */
    private static final long STANDING_NS = 500_000_000;

    private final EngineContext engine;
    private final Supplier<HostMemory> memory;
    private final Gauge root;
    private final Gauge rootFiles;

    StateReader(EngineContext engine, Supplier<HostMemory> memory) {
        this.engine = engine;
        this.memory = memory;
        this.rootFiles = new Gauge(() -> OptionalLong.of(engine.tree().rootReclaimableFileBytes()));
        this.root = new Gauge(this::rootWithoutFiles);
    }

    /**
     * @param oldestNs how old readings may be that will do
     * @param waiting who waits at the gate
     */
    PolicyState read(long oldestNs, List<WaitingCall> waiting) {
        long nowNs = engine.clocks().monotonicNs();
        List<OpenSession> sessions = new ArrayList<>(engine.sessions().all());
        sessions.sort(BY_NAME);
        List<SessionState> all = new ArrayList<>(sessions.size());
        for (OpenSession session : sessions) {
            SessionState state = of(session, nowNs, oldestNs);
            if (state != null) {
                all.add(state);
            }
        }
        return new PolicyState(host(nowNs, oldestNs), all, waiting, nowNs);
    }

    /**
     * As {@link #read}, for what is to be done about something.
     *
     * @param noticedNs when it was noticed, monotonic
     */
    PolicyState readSince(long noticedNs, List<WaitingCall> waiting) {
        long sinceNs = engine.clocks().monotonicNs() - noticedNs;
        return read(sinceNs < NOTICED_NS ? Math.max(FRESH_NS, sinceNs) : FRESH_NS, waiting);
    }

    /** @return the host alone, anew; all domains are read with it, so that their rates are known when they are wanted */
    HostState look(long nowNs) {
        for (OpenSession session : engine.sessions().all()) {
            of(session, nowNs, FRESH_NS);
        }
        return host(nowNs, FRESH_NS);
    }

    /** @return a session as it is now, one that cannot be read as far as it is known */
    SessionState session(OpenSession session, long oldestNs) {
        SessionState state = of(session, engine.clocks().monotonicNs(), oldestNs);
        return state != null ? state : new SessionState(session.session(), OptionalLong.empty(), 0, session.limits().reserveBytes(), List.of());
    }

    private HostState host(long nowNs, long oldestNs) {
        HostMemory machine = memory.get();
        return new HostState(engine.hostBudget(), used(nowNs, oldestNs), root.bytesPerS(), machine.availableBytes(), machine.swapFreeBytes(),
                engine.enforcers().tier());
    }

    private OptionalLong rootWithoutFiles() {
        OptionalLong current = engine.tree().rootMemoryCurrentBytes();
        if (current.isEmpty()) {
            return current;
        }
        long files = rootFiles.read(engine.clocks().monotonicNs(), FILES_NS).orElse(0);
        return OptionalLong.of(Math.max(0, current.getAsLong() - files));
    }

    private OptionalLong used(long nowNs, long oldestNs) {
        try {
            return root.read(nowNs, oldestNs);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("the use of all sessions cannot be read: {}", e.getMessage());
            return OptionalLong.empty();
        }
    }

    /** @return null when it was closed meanwhile */
    private static SessionState of(OpenSession session, long nowNs, long oldestNs) {
        try {
            OptionalLong used = session.gauge().read(nowNs, oldestNs);
            List<CallState> calls = new ArrayList<>();
            addRunning(session, nowNs, oldestNs, calls);
            for (Map.Entry<CallId, Grant> entry : session.expected().entrySet()) {
                if (session.call(entry.getKey()).isEmpty()) {
                    calls.add(new CallState(entry.getKey(), entry.getValue(), nowNs, OptionalLong.empty(), 0, 0, Standing.free(nowNs), Phase.RUNS));
                }
            }
            return new SessionState(session.session(), used, session.gauge().bytesPerS(), session.limits().reserveBytes(),
                    standing(session, nowNs), calls);
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("session {} was closed while it was looked at: {}", session.name(), e.getMessage());
            return null;
        }
    }

    private static void addRunning(OpenSession session, long nowNs, long oldestNs, List<CallState> to) {
        List<LiveCall> running = new ArrayList<>(session.calls());
        running.sort(BY_AGE);
        for (LiveCall call : running) {
            CallState state = call.over() ? null : of(call, nowNs, oldestNs);
            if (state != null) {
                to.add(state);
            }
        }
    }

    private static OptionalLong standing(OpenSession session, long nowNs) {
        return session.session().memoryBudgetBytes().isEmpty() ? OptionalLong.empty() : session.standing().read(nowNs, STANDING_NS);
    }

    /** @return null when it ended meanwhile */
    private static CallState of(LiveCall call, long nowNs, long oldestNs) {
        try {
            OptionalLong used = call.gauge().read(nowNs, oldestNs);
            return new CallState(call.id(), call.grant(), call.beganNs(), used, call.gauge().highest(), call.gauge().bytesPerS(), call.standing(),
                    call.phase());
        } catch (CgroupException | IllegalStateException e) {
            LOG.debug("call {} ended while it was looked at: {}", call.id(), e.getMessage());
            return null;
        }
    }
}
