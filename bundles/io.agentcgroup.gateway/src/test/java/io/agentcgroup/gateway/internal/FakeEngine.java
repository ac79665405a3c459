package io.agentcgroup.gateway.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.engine.WaitingStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Grants every call at once, and writes down what it is told. */
final class FakeEngine implements ToolCalls {

    private final int directory;
    private final AtomicInteger ids = new AtomicInteger();
    final Map<CallId, FakeCall> calls = new ConcurrentHashMap<>();
    /** What was asked, in order. */
    final BlockingQueue<CallRequest> asked = new LinkedBlockingQueue<>();
    /** What happened to calls, in order, such as {@code c1 started 7}. */
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    volatile List<String> notices = List.of();
    volatile List<String> lastWords = List.of();
    volatile Map<String, String> twins = Map.of();
    volatile BiFunction<FakeCall, CallListener, CompletionStage<OpenCall>> answer =
            (call, listener) -> CompletableFuture.completedFuture(call);
    volatile boolean remember = true;
    /** What it does on the threads that it is lent, before it answers; null for nothing. */
    volatile Runnable thinks;

    FakeEngine(int directory) {
        this.directory = directory;
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener) {
        FakeCall call = new FakeCall(new CallId("c" + ids.incrementAndGet()));
        if (remember) {
            asked.add(request);
            calls.put(call.id, call);
        }
        return answer.apply(call, listener);
    }

    @Override
    public CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener, Executor threads) {
        Runnable first = thinks;
        if (first == null) {
            return open(session, request, listener);
        }
        return CompletableFuture.runAsync(first, threads).thenCompose(done -> open(session, request, listener));
    }

    @Override
    public Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener) {
        return Optional.ofNullable(calls.get(id));
    }

    @Override
    public List<WaitingStatus> waiting() {
        return List.of();
    }

    @Override
    public List<CallStatus> running() {
        return List.of();
    }

    @Override
    public boolean end(CallId id, String reason) {
        return calls.remove(id) != null;
    }

    /** A call that only exists here. */
    final class FakeCall implements OpenCall {

        private final CallId id;

        private FakeCall(CallId id) {
            this.id = id;
        }

        private void tell(String what) {
            if (remember) {
                told.add(id + " " + what);
            }
        }

        @Override
        public CallId id() {
            return id;
        }

        @Override
        public int directoryDescriptor() {
            return directory;
        }

        @Override
        public int oomScoreAdj() {
            return 200;
        }

        @Override
        public List<String> notices() {
            return notices;
        }

        @Override
        public Optional<String> twin(String line) {
            return Optional.ofNullable(twins.get(line));
        }

        @Override
        public void started(int pid) {
            tell("started " + pid);
        }

        @Override
        public void notStarted(int errno) {
            tell("not started " + errno);
        }

        @Override
        public CompletionStage<List<String>> exited(int waitStatus) {
            tell("exited " + waitStatus);
            return CompletableFuture.completedFuture(lastWords);
        }

        @Override
        public void abandoned() {
            tell("abandoned");
        }
    }
}
