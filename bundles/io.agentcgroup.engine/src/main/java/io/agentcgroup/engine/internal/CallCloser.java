package io.agentcgroup.engine.internal;

import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.cgroup.CgroupException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts away a call that is over: its outcome is journalled, what it teaches is learned, its domain goes. */
final class CallCloser {

    private static final Logger LOG = LoggerFactory.getLogger(CallCloser.class);

    /** How long a directory that cannot be removed is left alone before it is tried again; then twice that, and so on. */
    private static final Duration REMOVE_AGAIN = Duration.ofSeconds(1);
    private static final int REMOVE_ATTEMPTS = 6;

    private final EngineContext engine;
    private final OpenSession session;
    private final LiveCall call;

    CallCloser(EngineContext engine, OpenSession session, LiveCall call) {
        this.engine = engine;
        this.session = session;
        this.call = call;
    }

    void close() {
        try {
            call.treatment().ladder().forget();
            journal(call.lastWord().outcome());
        } finally {
            engine.enforcers().release(call.domain());
            remove(1);
        }
    }

    private void journal(Outcome outcome) {
        engine.journal().append(outcome);
        learn(outcome);
        engine.intents().tell(outcome);
    }

    /** How right the agent was about its own command. */
    private void learn(Outcome outcome) {
        long declaredBytes = call.held().record().declaredBytes();
        OptionalLong peak = outcome.usage().memoryPeakBytes();
        if (declaredBytes > 0 && peak.isPresent() && outcome.end() != Outcome.End.NOT_STARTED) {
            session.trust().learn(declaredBytes, peak.getAsLong(), outcome.end() == Outcome.End.OOM_KILLED && outcome.events().oom() > 0);
            try {
                session.keepTrust();
            } catch (CgroupException | IllegalStateException e) {
                LOG.debug("session {} is gone: {}", session.name(), e.getMessage());
            }
        }
    }

    private void remove(int attempt) {
        try {
            call.domain().remove();
        } catch (CgroupException e) {
            if (attempt < REMOVE_ATTEMPTS) {
                engine.workers().runAfter(REMOVE_AGAIN.multipliedBy(1L << attempt), () -> remove(attempt + 1));
                return;
            }
            engine.event("cgroup-stays", session.name(), "the domain of call " + call.id() + " cannot be removed: " + e.getMessage(),
                    Map.of("call", call.id().value()));
        } catch (IllegalStateException e) {
            LOG.debug("the domain of call {} was closed with its session", call.id());
        }
        session.remove(call);
        call.finished().complete(null);
        engine.pressure().reconsider();
    }
}
