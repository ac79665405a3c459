package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.policy.PolicyState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Brings pressure to the policy, and carries out what it wants done: one after the other, so that each answer is to the state that the one
 * before has left. What comes while it works is put together by call and kind: the kernel can tell of more than can be answered.
 */
final class PressureDesk {

    static final String ENGINE = "engine";

    private final EngineContext engine;
    private final Admission admission;
    private final Fence fence;
    private final WaitingRoom room;
    private final Runnable reconsider;
    // Guarded by this.
    private final Map<Subject, Pressure> pending = new LinkedHashMap<>();
    private boolean toReconsider;
    private boolean working;

    /** What can be put together. */
    private record Subject(Optional<SessionName> session, Optional<CallId> call, Pressure.Kind kind) {
    }

    /** @param reconsider looks again at who waits at the gate */
    PressureDesk(EngineContext engine, Admission admission, Fence fence, Runnable reconsider) {
        this.engine = engine;
        this.admission = admission;
        this.fence = fence;
        this.room = engine.room();
        this.reconsider = reconsider;
    }

    /** Never blocks. */
    void report(Pressure pressure) {
        synchronized (this) {
            pending.merge(new Subject(pressure.session(), pressure.call(), pressure.kind()), pressure, PressureDesk::together);
            if (working) {
                return;
            }
            working = true;
        }
        engine.workers().run(this::work);
    }

    /** There may be room for who waits at the gate. Never blocks. */
    void reconsider() {
        if (room.isEmpty()) {
            // Whoever comes to wait later looks again himself.
            return;
        }
        synchronized (this) {
            toReconsider = true;
            if (working) {
                return;
            }
            working = true;
        }
        engine.workers().run(this::work);
    }

    /** The bound of a call's rung is reached. */
    void expired(ToolCall call) {
        report(new Pressure(Optional.of(call.session()), Optional.of(call.id()), Pressure.Kind.RUNG_EXPIRED, 0,
                engine.clocks().monotonicNs()));
    }

    private static Pressure together(Pressure before, Pressure now) {
        boolean counted = switch (now.kind()) {
            case MEMORY_HIGH, MEMORY_MAX, PIDS_MAX -> true;
            default -> false;
        };
        return counted ? new Pressure(now.session(), now.call(), now.kind(), before.amount() + now.amount(), now.kernelMonotonicNs()) : now;
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (CgroupException | IllegalStateException e) {
                engine.faults().report("action-fault", ENGINE, "could not look after pressure", e);
            }
        }
    }

    /** Pressure goes before who waits: letting in makes more of it. */
    private synchronized Runnable next() {
        if (!pending.isEmpty()) {
            Pressure first = pending.remove(pending.keySet().iterator().next());
            return () -> react(first);
        }
        if (toReconsider) {
            toReconsider = false;
            return reconsider;
        }
        working = false;
        return null;
    }

    private void react(Pressure pressure) {
        Optional<LiveCall> expired = pressure.kind() == Pressure.Kind.RUNG_EXPIRED ? pressure.call().flatMap(engine.calls()::find) : Optional.empty();
        if (pressure.kind() == Pressure.Kind.RUNG_EXPIRED && !expired.map(call -> call.treatment().ladder().atBound()).orElse(false)) {
            // It was let go, or put on another rung, before its turn came.
            return;
        }
        long cpuBeforeNs = engine.clocks().threadCpuNs();
        long nowNs = engine.clocks().monotonicNs();
        PolicyState state = engine.state().readSince(pressure.kernelMonotonicNs(), room.shown(room.inOrder(nowNs), nowNs));
        Admission.Reaction reaction = fence.call(errand -> admission.react(errand, pressure, state), () -> Admission.Reaction.NONE);
        boolean roomMade = pressure.kind() == Pressure.Kind.MEMORY_FREED;
        for (Action action : reaction.actions()) {
            Optional<LiveCall> call = engine.calls().find(action.call());
            roomMade |= call.isPresent() && carryOut(call.get(), action, reaction.policy());
        }
        expired.ifPresent(call -> call.treatment().letGoAtBound());
        engine.lookout().rungsChanged();
        engine.lookout().took(engine.clocks().threadCpuNs() - cpuBeforeNs);
        if (roomMade) {
            reconsider();
        }
    }

    /** @return whether it may have made room */
    private boolean carryOut(LiveCall call, Action action, String policy) {
        if (call.treatment().ladder().pausedByHand() && aboutRungs(action)) {
            return false;
        }
        try {
            act(call, action);
            call.treatment().did(name(action), policy, action.reason());
            engine.event("action", call.call().session(), action.reason(),
                    Map.of("call", call.id().value(), "action", action.getClass().getSimpleName(), "policy", policy));
            return action instanceof Action.EndCall || action instanceof Action.Reclaim || action instanceof Action.SetLimits;
        } catch (CgroupException | IllegalStateException | IllegalArgumentException e) {
            engine.faults().report("action-fault", action.getClass().getSimpleName(), "could not be carried out", e);
            return false;
        }
    }

    private static boolean aboutRungs(Action action) {
        return action instanceof Action.SoftLimit || action instanceof Action.Delay || action instanceof Action.Freeze || action instanceof Action.Release;
    }

    private static String name(Action action) {
        return action.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private void act(LiveCall call, Action action) {
        Treatment treatment = call.treatment();
        if (action instanceof Action.SetLimits set) {
            treatment.changeLimits(set.limits(), set.reason());
        } else if (action instanceof Action.SoftLimit soft) {
            treatment.ladder().softLimit(soft.highBytes(), soft.atMost());
        } else if (action instanceof Action.Delay delay) {
            treatment.ladder().delay(delay.atMost());
        } else if (action instanceof Action.Freeze freeze) {
            treatment.ladder().freeze(freeze.atMost());
        } else if (action instanceof Action.Release) {
            treatment.ladder().release();
        } else if (action instanceof Action.Reclaim reclaim) {
            // The kernel may take its time, and others should not wait for it.
            engine.workers().run(() -> treatment.reclaim(reclaim.bytes()));
        } else if (action instanceof Action.Tell tell) {
            call.conversation().tell(tell.text());
            treatment.ladder().told();
        } else if (action instanceof Action.EndCall end) {
            treatment.endAsLastRung(end.reason());
        }
    }
}
