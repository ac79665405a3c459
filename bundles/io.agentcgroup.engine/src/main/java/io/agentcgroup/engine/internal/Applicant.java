package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.WaitingCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;

/** A call at the gate, from its arrival until it is let in or gives up. */
final class Applicant {

    private final OpenSession session;
    private final ToolCall call;
    private final CallRequest request;
    private final CallListener listener;
    private final CompletableFuture<OpenCall> answer = new CompletableFuture<>();
    private final List<Said> said = new CopyOnWriteArrayList<>();
    private volatile Weighed weighed;

    // While it waits; guarded by the waiting room.
    private Decision.Wait waits;
    private long deadlineNs = Long.MAX_VALUE;
    private Future<?> deadline;
    private long toldNs;
    private int toldPlace;

    Applicant(OpenSession session, ToolCall call, CallRequest request, CallListener listener) {
        this.session = session;
        this.call = call;
        this.request = request;
        this.listener = listener;
    }

    OpenSession session() {
        return session;
    }

    ToolCall call() {
        return call;
    }

    CallRequest request() {
        return request;
    }

    CallListener listener() {
        return listener;
    }

    CompletableFuture<OpenCall> answer() {
        return answer;
    }

    void says(Said one) {
        said.add(one);
    }

    List<Said> said() {
        return said;
    }

    /** What was said so far, weighed the first time that it is asked for. */
    Weighed weighed() {
        Weighed known = weighed;
        if (known == null) {
            known = Weighed.of(List.copyOf(said), session.trust());
            weighed = known;
        }
        return known;
    }

    Duration waited(long nowNs) {
        return waits == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, nowNs - call.receivedMonotonicNs()));
    }

    boolean isWaiting() {
        return waits != null;
    }

    Decision.Wait waits() {
        return waits;
    }

    Grant otherwise() {
        return waits.otherwise();
    }

    /** It waits, or goes on waiting: until the first deadline, or an earlier one. @return whether the deadline is another one now */
    boolean waitsFor(Decision.Wait because, long nowNs, Duration most) {
        waits = because;
        long until = nowNs + (because.atMost().compareTo(most) < 0 ? because.atMost() : most).toNanos();
        boolean changed = until < deadlineNs;
        deadlineNs = Math.min(deadlineNs, until);
        return changed;
    }

    Duration left(long nowNs) {
        return Duration.ofNanos(Math.max(0, deadlineNs - nowNs));
    }

    void deadline(Future<?> timer) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = timer;
    }

    void noDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** @return whether it is worth telling, and from now on counted as told */
    boolean worthTelling(int place, long nowNs, long notBeforeNs) {
        if (toldNs != 0 && (toldPlace == place || nowNs - toldNs < notBeforeNs)) {
            return false;
        }
        toldNs = nowNs;
        toldPlace = place;
        return true;
    }

    WaitingCall waiting(int place, long nowNs) {
        return new WaitingCall(call.id(), session.name(), session.session().priority(), waits.wanted(), waited(nowNs), left(nowNs), place,
                waits.reason());
    }
}
