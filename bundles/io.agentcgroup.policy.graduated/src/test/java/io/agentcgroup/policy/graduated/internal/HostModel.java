package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.policy.graduated.internal.Moments.MIB;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Pressure.Kind;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.CallState.Phase;
import io.agentcgroup.api.policy.HostState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A host on paper, millisecond by millisecond: calls that follow curves, a budget, and an engine that does what the policy wants. */
final class HostModel {

    private static final long MS_NS = 1_000_000;
    /** Between two looks of the engine. */
    private static final int LOOK_MS = 20;
    private static final int SMOOTH_MS = 100;
    private static final long REST_MS = 200;

    private final AdaptivePolicy policy;
    private final long budget;
    private final long growthPerMs;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private long nowMs = 1;

    /** @param growthMibPerS how fast a call can take memory */
    HostModel(AdaptivePolicy policy, long budgetMib, long growthMibPerS) {
        this.policy = policy;
        this.budget = budgetMib * MIB;
        this.growthPerMs = growthMibPerS * MIB / 1_000;
    }

    /** One call of one session. */
    final class Process {

        private final Session session;
        private final CallId id;
        private final Grant grant;
        private final long[] curve;
        private final int stepMs;
        private int step;
        private int inStepMs;
        private long used;
        private long highest;
        private long rate;
        private long usedAtLook;
        private long high = Long.MAX_VALUE;
        private boolean throttled;
        private Standing standing = Standing.free(0);
        private long longestFreezeMs;
        long endedMs;
        boolean killed;

        Process(Session session, String id, Grant grant, long[] curve, int stepMs) {
            this.session = session;
            this.id = new CallId(id);
            this.grant = grant;
            this.curve = curve;
            this.stepMs = stepMs;
            this.high = grant.limits().memoryHighBytes().orElse(Long.MAX_VALUE);
        }

        boolean over() {
            return killed || endedMs > 0;
        }

        long longestFreezeMs() {
            return longestFreezeMs;
        }

        /** A millisecond passes: memory first, then time, as with a real program. */
        private void go() {
            if (standing.rung() == Rung.FREEZE) {
                longestFreezeMs = Math.max(longestFreezeMs, nowMs - standing.sinceNs() / MS_NS);
                return;
            }
            long wanted = curve[step];
            if (used < wanted) {
                long next = Math.min(wanted, used + growthPerMs);
                throttled = next > high;
                used = Math.min(next, Math.max(used, high));
            } else {
                used = wanted;
                if (++inStepMs >= stepMs) {
                    inStepMs = 0;
                    step++;
                }
            }
            highest = Math.max(highest, used);
            if (step == curve.length) {
                endedMs = nowMs;
                used = 0;
            }
        }

        private CallState state() {
            return new CallState(id, grant, 0, OptionalLong.of(used), highest, rate, standing, Phase.RUNS);
        }

        private void stand(Rung rung, Duration atMost) {
            long nowNs = nowMs * MS_NS;
            boolean goesOn = rung == Rung.FREEZE && standing.rung() == Rung.FREEZE;
            long rest = standing.rung() == Rung.FREEZE && rung != Rung.FREEZE ? nowNs + REST_MS * MS_NS : standing.restUntilNs();
            standing = new Standing(rung, goesOn ? standing.sinceNs() : nowNs, rung == Rung.FREE ? Long.MAX_VALUE : nowNs + atMost.toNanos(),
                    standing.times() + 1, goesOn ? standing.held() : standing.heldInAll(nowNs), standing.told(), rest);
        }
    }

    Process add(Session session, String id, Grant grant, long[] curve, int stepMs) {
        Process added = new Process(session, id, grant, curve, stepMs);
        processes.add(added);
        return added;
    }

    long used() {
        return processes.stream().filter(one -> !one.over()).mapToLong(one -> one.used).sum();
    }

    /** @return what happened, for when it is not as it should be */
    List<String> log() {
        return log;
    }

    /** Until all are over. */
    void run(long atMostMs) {
        while (nowMs < atMostMs && processes.stream().anyMatch(one -> !one.over())) {
            processes.stream().filter(one -> !one.over()).forEach(Process::go);
            outOfMemory();
            if (nowMs % LOOK_MS == 0) {
                look();
            }
            nowMs++;
        }
    }

    private void outOfMemory() {
        if (used() > budget) {
            Process victim = processes.stream().filter(one -> !one.over()).reduce((a, b) -> b).orElseThrow();
            victim.killed = true;
            victim.used = 0;
            log.add(nowMs + " out of memory, killed " + victim.id);
        }
    }

    private void look() {
        for (Process one : processes) {
            long sample = (one.used - one.usedAtLook) * 1_000 / LOOK_MS;
            one.rate += (sample - one.rate) * LOOK_MS / SMOOTH_MS;
            one.usedAtLook = one.used;
        }
        for (Process one : processes) {
            if (!one.over() && nowMs * MS_NS >= one.standing.untilNs()) {
                tell(Kind.RUNG_EXPIRED, Optional.of(one));
                if (nowMs * MS_NS >= one.standing.untilNs()) {
                    release(one);
                }
            } else if (!one.over() && one.throttled && nowMs % SMOOTH_MS == 0) {
                tell(Kind.MEMORY_HIGH, Optional.of(one));
            }
        }
        tell(Kind.HOST_SHORT, Optional.empty());
    }

    private void tell(Kind kind, Optional<Process> about) {
        Pressure pressure = new Pressure(about.map(one -> one.session.name()), about.map(one -> one.id), kind, 1, nowMs * MS_NS);
        policy.react(pressure, state()).forEach(this::carryOut);
    }

    private PolicyState state() {
        List<SessionState> sessions = processes.stream().filter(one -> !one.over())
                .map(one -> new SessionState(one.session, OptionalLong.of(one.used), one.rate, 0, List.of(one.state()))).toList();
        HostState host = new HostState(OptionalLong.of(budget), OptionalLong.of(used()), 0, OptionalLong.empty(), 0, Tier.CGROUP);
        return new PolicyState(host, sessions, List.of(), nowMs * MS_NS);
    }

    private void carryOut(Action action) {
        Process one = processes.stream().filter(each -> each.id.equals(action.call())).findFirst().orElseThrow();
        log.add(nowMs + " " + used() / MIB + " of " + budget / MIB + ": " + one.id + " " + one.used / MIB + " " + action);
        if (action instanceof Action.SoftLimit soft) {
            one.high = soft.highBytes();
            one.stand(Rung.SOFT_LIMIT, soft.atMost());
        } else if (action instanceof Action.Freeze freeze) {
            one.stand(Rung.FREEZE, freeze.atMost());
        } else if (action instanceof Action.Release) {
            release(one);
        } else if (action instanceof Action.Tell) {
            Standing now = one.standing;
            one.standing = new Standing(now.rung(), now.sinceNs(), now.untilNs(), now.times(), now.held(), now.told() + 1, now.restUntilNs());
        } else if (action instanceof Action.SetLimits set) {
            one.high = set.limits().memoryHighBytes().orElse(one.high);
        } else if (action instanceof Action.EndCall) {
            one.killed = true;
            one.used = 0;
        }
    }

    private static void release(Process one) {
        one.high = one.grant.limits().memoryHighBytes().orElse(Long.MAX_VALUE);
        one.throttled = false;
        one.stand(Rung.FREE, Duration.ZERO);
    }
}
