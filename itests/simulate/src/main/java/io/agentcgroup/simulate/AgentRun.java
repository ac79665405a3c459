package io.agentcgroup.simulate;

import io.agentcgroup.replay.CallsSplit;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import java.util.ArrayList;
import java.util.List;

/** One agent that does its recorded run again, as {@code replay --as calls} does it: the same steps, the same waits. */
final class AgentRun {

    private static final int NS_PER_US = 1_000;

    private final Member member;
    private final Host host;
    private final VirtualTime time;
    private final CallsSplit split;
    private final Scale scale;
    private final List<Call> calls = new ArrayList<>();
    private long beganNs;
    private long endedNs;
    private boolean over;
    private boolean killed;

    /** One of its calls. */
    private static final class Call {
        private long beganNs;
        private long endedNs;
        private long waitedNs;
        private int status;
        private boolean over;
        /** What the agent does when it is over; null while nobody waits for it. */
        private Runnable then;
    }

    AgentRun(Member member, Host host, VirtualTime time, Scale scale) {
        this.member = member;
        this.host = host;
        this.time = time;
        this.scale = scale;
        this.split = CallsSplit.of(member.trace());
        member.trace().calls().forEach(call -> calls.add(new Call()));
    }

    void begin() {
        beganNs = time.nowNs();
        host.agent(member, steps(), this::ended);
    }

    private List<Task.Step> steps() {
        List<Task.Step> steps = new ArrayList<>();
        steps.add(new Task.Hold(split.baseBytes() + scale.extraBytes()));
        double atS = member.trace().startS();
        for (CallsSplit.Step step : split.steps()) {
            if (step.what() == CallsSplit.What.END) {
                steps.add(new Task.Do(goOn -> join(calls.get(step.call()), goOn)));
            } else {
                pause(steps, step.atS() - atS);
                steps.add(step.what() == CallsSplit.What.HOLD ? new Task.Hold(step.bytes() + scale.extraBytes())
                        : new Task.Do(goOn -> start(step.call(), goOn)));
            }
            atS = step.atS();
        }
        return steps;
    }

    private void pause(List<Task.Step> steps, double seconds) {
        long us = scale.waitUs(seconds);
        if (us > 0) {
            steps.add(new Task.Pause(us * NS_PER_US));
        }
    }

    private List<Task.Step> steps(CallsSplit.Burst burst) {
        List<Task.Step> steps = new ArrayList<>();
        double atS = burst.call().startS();
        for (Trace.Sample sample : burst.samples()) {
            pause(steps, sample.atS() - atS);
            steps.add(new Task.Hold(sample.bytes()));
            atS = sample.atS();
        }
        pause(steps, burst.call().endS() - atS);
        return steps;
    }

    private void start(int number, Runnable goOn) {
        CallsSplit.Burst burst = split.bursts().get(number);
        Call call = calls.get(number);
        call.beganNs = time.nowNs();
        host.call(member, burst.call().command(), burst.peakBytes(), steps(burst), waitedNs -> call.waitedNs = waitedNs, status -> {
            call.over = true;
            call.status = status;
            call.endedNs = time.nowNs();
            if (call.then != null) {
                call.then.run();
            }
        });
        goOn.run();
    }

    private static void join(Call call, Runnable goOn) {
        if (call.over) {
            goOn.run();
        } else {
            call.then = goOn;
        }
    }

    private void ended(int status) {
        over = true;
        killed = status != 0;
        endedNs = time.nowNs();
        host.left(member);
    }

    /** @return whether its agent has ended, one way or another */
    boolean over() {
        return over;
    }

    /** @return whether all its work was done */
    boolean finished() {
        return over && !killed && calls.stream().allMatch(call -> call.over && call.status == 0);
    }

    /** @return the agent, if it was killed, and calls that were */
    int kills() {
        return (killed ? 1 : 0) + (int) calls.stream().filter(call -> call.over && call.status != 0).count();
    }

    Member member() {
        return member;
    }

    /** @return from its start to its end, in seconds; null while it runs, and when it was killed */
    Double completionS() {
        return over && !killed ? Double.valueOf((endedNs - beganNs) / 1e9) : null;
    }

    /** @return how long its ended calls took, from the agent's wish to the end, in milliseconds */
    List<Double> callsMs() {
        return calls.stream().filter(call -> call.over).map(call -> (call.endedNs - call.beganNs) / 1e6).toList();
    }

    double waitedS() {
        return calls.stream().mapToLong(call -> call.waitedNs).sum() / 1e9;
    }
}
