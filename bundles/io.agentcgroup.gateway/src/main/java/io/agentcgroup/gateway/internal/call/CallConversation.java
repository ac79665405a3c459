package io.agentcgroup.gateway.internal.call;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.wire.MalformedMessageException;
import io.agentcgroup.gateway.internal.wire.Message;
import io.agentcgroup.gateway.internal.wire.MessageBuilder;
import io.agentcgroup.gateway.internal.wire.MessageType;
import io.agentcgroup.gateway.internal.wire.Protocol;
import io.agentcgroup.gateway.internal.wire.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tool call, from the shim's question to its end. What the shim says comes on the loop's thread; what the engine says
 * comes on any thread; where the engine works on files before it returns, it is asked on the workers. The lock guards the
 * state and is never held while the engine is asked.
 */
final class CallConversation implements Conversation, CallListener {

    private static final Logger LOG = LoggerFactory.getLogger(CallConversation.class);

    /**
     * A shim is born into its call within a millisecond of the grant. One that is not, may hold the right to enter the call
     * no longer than this, however slow the host.
     */
    static final long START_MS = 5_000;
    /**
     * A command that ends within this time is heard of once, when it has ended: what its shim says of the birth and the end is read together. Of a
     * longer one the birth is known that late.
     */
    private static final long HEARD_AT_ONCE_MS = 20;
    /** What a client may leave unread before further feedback is left out: the kernel's own socket buffer is before that. */
    private static final long FEEDBACK_QUEUE_BYTES = 64 * 1024;
    private static final int LONGEST_LINE = Protocol.TEXT_MAX_BYTES / 4;

    private enum State {
        /** Nothing was said. */
        NEW,
        /** The engine was asked, the shim waits. */
        ASKED,
        /** The shim has the domain and makes its first process. */
        GRANTED,
        /** The command runs. */
        RUNNING,
        /** The command has ended, the engine is asked what to say. */
        ENDING,
        /** Nothing more is to be said or done. */
        OVER
    }

    private final Connection connection;
    private final SessionName session;
    private final Supplier<Optional<ToolCalls>> engine;
    private final SerialTasks tasks;

    /** Guarded by this. */
    private State state = State.NEW;
    /** Guarded by this; there from {@link State#GRANTED} on. */
    private OpenCall call;
    /** Guarded by this. */
    private long grantedNs;
    /** Guarded by this; it has taken longer than {@link #HEARD_AT_ONCE_MS} already. */
    private boolean slow;
    /** Guarded by this; what the engine has not answered yet, null before it was asked. */
    private CompletableFuture<OpenCall> asked;

    CallConversation(Connection connection, SessionName session, Supplier<Optional<ToolCalls>> engine, Executor workers) {
        this.connection = connection;
        this.session = session;
        this.engine = engine;
        this.tasks = new SerialTasks(workers);
    }

    // What the shim says.

    @Override
    public void received(Message message) throws MalformedMessageException {
        switch (message.type()) {
            case CALL_OPEN -> open(message);
            case CALL_RESUME -> resume(message);
            case CALL_STARTED -> started(message.number(Tag.PID));
            case CALL_NOT_STARTED -> notStarted(message.number(Tag.ERRNO));
            case CALL_EXITED -> exited(message.number(Tag.WAIT_STATUS));
            default -> throw new MalformedMessageException(message.type() + " has no place on a session's socket");
        }
    }

    private void open(Message message) throws MalformedMessageException {
        CallRequest request = CallRequests.of(message, connection.peer());
        step(MessageType.CALL_OPEN, State.NEW, State.ASKED);
        connection.expect(HEARD_AT_ONCE_MS);
        // The engine thinks on this thread, when it is free: the agent waits, and each thread on the way costs it a wake-up.
        ask(request);
    }

    private void resume(Message message) throws MalformedMessageException {
        message.require(Tag.CALL_ID);
        int waitStatus = message.number(Tag.WAIT_STATUS);
        CallId id;
        try {
            id = new CallId(message.text(Tag.CALL_ID));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(e.getMessage());
        }
        step(MessageType.CALL_RESUME, State.NEW, State.ENDING);
        tasks.execute(() -> askForResumed(id, waitStatus));
    }

    private void started(int pid) throws MalformedMessageException {
        OpenCall granted = step(MessageType.CALL_STARTED, State.GRANTED, State.RUNNING);
        tell(() -> granted.started(pid));
    }

    private void notStarted(int errno) throws MalformedMessageException {
        OpenCall granted = step(MessageType.CALL_NOT_STARTED, State.GRANTED, State.OVER);
        tasks.execute(() -> {
            tell(() -> granted.notStarted(errno));
            done();
        });
    }

    private void exited(int waitStatus) throws MalformedMessageException {
        OpenCall running = step(MessageType.CALL_EXITED, State.RUNNING, State.ENDING);
        tasks.execute(() -> askForLastWords(running, waitStatus));
    }

    private synchronized OpenCall step(MessageType type, State from, State to) throws MalformedMessageException {
        if (state != from) {
            throw new MalformedMessageException(type + " has no place here");
        }
        state = to;
        return call;
    }

    // What the engine is asked: on the loop's thread what returns at once, else on the workers.

    private void ask(CallRequest request) {
        Optional<ToolCalls> gate = engine.get();
        if (gate.isEmpty()) {
            pass("AgentCgroup is being started or stopped");
            return;
        }
        try {
            CompletableFuture<OpenCall> answer = gate.get().open(session, request, this, connection::follow).toCompletableFuture();
            answer.whenComplete((granted, failure) -> tell(() -> answered(granted, failure)));
            await(answer);
        } catch (RuntimeException e) {
            answered(null, e);
        }
    }

    /** Who goes away while the call waits at the gate gives its place up. */
    private void await(CompletableFuture<OpenCall> answer) {
        boolean gone;
        synchronized (this) {
            asked = answer;
            gone = state == State.OVER;
        }
        if (gone) {
            answer.cancel(false);
        }
    }

    private void askForResumed(CallId id, int waitStatus) {
        Optional<OpenCall> found = Optional.empty();
        try {
            found = engine.get().flatMap(gate -> gate.resume(session, id, this));
        } catch (RuntimeException e) {
            LOG.error("A call of session {} could not be found again", session, e);
        }
        found.ifPresentOrElse(resumed -> askForLastWords(resumed, waitStatus), this::done);
    }

    private void askForLastWords(OpenCall ended, int waitStatus) {
        try {
            ended.exited(waitStatus).whenComplete((lines, failure) -> tell(() -> lastWords(lines, failure)));
        } catch (RuntimeException e) {
            lastWords(null, e);
        }
    }

    /** A failure is logged where it happens: a stage or a worker would swallow it. */
    private void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            LOG.error("A step of a call of session {} failed", session, e);
        }
    }

    // What the engine answers: on any thread.

    private void answered(OpenCall granted, Throwable failure) {
        if (failure instanceof CancellationException) {
            return;
        }
        if (failure != null) {
            pass(reasonOf(failure));
            return;
        }
        boolean taken = false;
        try {
            taken = grant(granted);
        } catch (RuntimeException e) {
            pass(reasonOf(e));
        }
        if (!taken && granted != null) {
            granted.abandoned();
        }
    }

    /** @return whether anybody was there to take it */
    private synchronized boolean grant(OpenCall granted) {
        if (state != State.ASKED) {
            return false;
        }
        granted.notices().forEach(this::say);
        call = granted;
        grantedNs = System.nanoTime();
        state = State.GRANTED;
        MessageBuilder grant = new MessageBuilder(MessageType.GRANT)
                .text(Tag.CALL_ID, granted.id().value())
                .number(Tag.OOM_SCORE_ADJ, granted.oomScoreAdj());
        granted.schedulingPolicy().ifPresent(policy -> grant.number(Tag.SCHED_POLICY, policy));
        connection.send(grant.build(), granted.directoryDescriptor());
        if (!slow) {
            connection.leaveUnread();
        }
        return true;
    }

    private String reasonOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CallRefusedException) {
            return cause.getMessage();
        }
        LOG.error("A call of session {} gets no domain", session, cause);
        return "AgentCgroup could not make a domain for this call";
    }

    private void lastWords(List<String> lines, Throwable failure) {
        if (failure != null) {
            LOG.error("The end of a call of session {} was not told", session, failure);
        } else {
            lines.forEach(this::say);
        }
        done();
    }

    @Override
    public void feedback(String line) {
        say(line);
    }

    /** Who says so may be slow, and somebody else have given the answer meanwhile: behind that, it would break the conversation. */
    @Override
    public void waiting(String reason, long atMostMs) {
        byte[] wait = new MessageBuilder(MessageType.WAIT)
                .number(Tag.AT_MOST_MS, (int) Math.max(0, Math.min(Integer.MAX_VALUE, atMostMs)))
                .text(Tag.TEXT, PrintableText.escape(reason, LONGEST_LINE))
                .build();
        synchronized (this) {
            if (state == State.ASKED) {
                connection.sendUnlessQueued(wait, FEEDBACK_QUEUE_BYTES);
            }
        }
    }

    private void say(String line) {
        MessageBuilder feedback = new MessageBuilder(MessageType.FEEDBACK).text(Tag.TEXT, PrintableText.escape(line, LONGEST_LINE));
        OpenCall told;
        synchronized (this) {
            told = call;
        }
        if (told != null) {
            // Half an object is worth nothing.
            told.twin(line).filter(json -> json.getBytes(StandardCharsets.UTF_8).length <= Protocol.TEXT_MAX_BYTES)
                    .ifPresent(json -> feedback.text(Tag.JSON, json));
        }
        connection.sendUnlessQueued(feedback.build(), FEEDBACK_QUEUE_BYTES);
    }

    private void pass(String reason) {
        connection.send(MessageBuilder.text(MessageType.PASS, PrintableText.escape(reason, LONGEST_LINE)));
        over();
        connection.finish();
    }

    private void done() {
        connection.send(MessageBuilder.empty(MessageType.DONE));
        over();
        connection.finish();
    }

    private synchronized void over() {
        state = State.OVER;
    }

    // What becomes of the connection.

    @Override
    public void overdue() {
        long leftMs;
        synchronized (this) {
            slow = true;
            leftMs = switch (state) {
                // The engine still decides; the shim has nothing to do.
                case ASKED -> START_MS;
                case GRANTED -> START_MS - (System.nanoTime() - grantedNs) / 1_000_000;
                default -> 0;
            };
        }
        if (leftMs > 0) {
            connection.expect(leftMs);
            connection.readOn();
        } else {
            connection.fail("the next message did not come in time");
        }
    }

    @Override
    public synchronized boolean owesWords() {
        return state == State.ENDING;
    }

    @Override
    public void gone() {
        CompletableFuture<OpenCall> unanswered;
        synchronized (this) {
            unanswered = state == State.ASKED ? asked : null;
        }
        OpenCall left = leave();
        if (unanswered != null) {
            unanswered.cancel(false);
        }
        if (left != null) {
            tasks.execute(() -> tell(left::abandoned));
        }
    }

    /** @return the call that was granted and not ended by the shim */
    private synchronized OpenCall leave() {
        OpenCall left = state == State.GRANTED || state == State.RUNNING ? call : null;
        state = State.OVER;
        return left;
    }

    @Override
    public void stopped() {
        boolean running;
        synchronized (this) {
            running = state == State.RUNNING;
        }
        // A running call goes on, and its shim says the end by CALL_RESUME; anything earlier is given up.
        if (running) {
            over();
        } else {
            gone();
        }
    }
}
