package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.cgroup.CgroupException;
import java.util.Map;

/** Brings pressure to the policy, and carries out what it wants done. */
final class PressureDesk {

    private final Admission admission;
    private final CallIndex calls;

    PressureDesk(Admission admission, CallIndex calls) {
        this.admission = admission;
        this.calls = calls;
    }

    void report(EngineContext engine, OpenSession session, Pressure pressure) {
        for (Action action : admission.react(pressure, session.policyState())) {
            calls.find(action.call()).ifPresent(call -> carryOut(engine, session, call, action));
        }
    }

    private static void carryOut(EngineContext engine, OpenSession session, LiveCall call, Action action) {
        try {
            act(call, action);
            engine.event("action", session.name(), action.reason(),
                    Map.of("call", call.id().value(), "action", action.getClass().getSimpleName()));
        } catch (CgroupException | IllegalStateException | IllegalArgumentException e) {
            engine.faults().report("action-fault", action.getClass().getSimpleName(), "could not be carried out", e);
        }
    }

    private static void act(LiveCall call, Action action) {
        if (action instanceof Action.SetLimits set) {
            Grant before = call.grant();
            call.setLimits(new Grant(LimitChange.apply(before.limits(), set.limits()), before.placement(), before.policy(), set.reason()));
        } else if (action instanceof Action.Freeze freeze) {
            call.freezer().freeze(freeze.atMost());
        } else if (action instanceof Action.Thaw) {
            call.freezer().thaw();
        } else if (action instanceof Action.Reclaim reclaim) {
            call.domain().reclaim(reclaim.bytes());
        } else if (action instanceof Action.Tell tell) {
            call.conversation().tell(tell.text());
        } else if (action instanceof Action.EndCall end) {
            call.end(end.reason());
        }
    }
}
