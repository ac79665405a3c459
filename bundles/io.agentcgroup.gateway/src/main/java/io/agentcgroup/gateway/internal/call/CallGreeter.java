package io.agentcgroup.gateway.internal.call;

import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.gateway.internal.net.Connection;
import io.agentcgroup.gateway.internal.net.Conversation;
import io.agentcgroup.gateway.internal.net.Listener;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Begins the calls of one session: whoever reaches the session's socket calls in that session. */
public final class CallGreeter implements Listener.Greeter {

    private final SessionName session;
    private final Supplier<Optional<ToolCalls>> engine;
    private final Executor workers;

    public CallGreeter(SessionName session, Supplier<Optional<ToolCalls>> engine, Executor workers) {
        this.session = session;
        this.engine = engine;
        this.workers = workers;
    }

    @Override
    public Conversation greet(Connection connection) {
        return new CallConversation(connection, session, engine, workers);
    }

    @Override
    public Conversation refuse(Connection connection, String reason) {
        return new RefusedConversation(connection, reason);
    }
}
