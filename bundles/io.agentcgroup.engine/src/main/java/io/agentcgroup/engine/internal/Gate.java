package io.agentcgroup.engine.internal;

import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.policy.Decision;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The gate: intents, then the policy, while the agent waits. Then the call is let in, or waits until there is room for it. */
final class Gate {

    private static final int ROOT = 0;
    private static final int SHOWN_CHARS = 200;

    private final EngineContext engine;
    private final SessionRegistry sessions;
    private final Intents intents;
    private final Decider decider;
    private final Fence fence;
    private final Entrance entrance;
    private final Doorkeeper doorkeeper;
    private final CallIds ids;

    Gate(EngineContext engine, SessionRegistry sessions, Intents intents, Decider decider, Fence fence, Entrance entrance,
            Doorkeeper doorkeeper) {
        this.engine = engine;
        this.sessions = sessions;
        this.intents = intents;
        this.decider = decider;
        this.fence = fence;
        this.entrance = entrance;
        this.doorkeeper = doorkeeper;
        this.ids = new CallIds(engine.clocks().now());
    }

    /** As {@link io.agentcgroup.api.engine.ToolCalls#open}, on threads of the engine. */
    CompletionStage<OpenCall> open(SessionName name, CallRequest request, CallListener listener) {
        return open(name, request, listener, fence.threads());
    }

    /** As {@link io.agentcgroup.api.engine.ToolCalls#open}. */
    CompletionStage<OpenCall> open(SessionName name, CallRequest request, CallListener listener, Executor threads) {
        try {
            OpenSession session = sessions.get(name).orElseThrow(() -> new CallRefusedException("there is no session " + name));
            if (request.uid() != session.session().uid() && request.uid() != ROOT) {
                throw new CallRefusedException("session " + session.name() + " belongs to another user");
            }
            session.enter();
            ToolCall call = new ToolCall(ids.next(), session.name(), request.kind(), request.shell(), request.command(),
                    request.commandTruncated(), request.cwd(), request.hint(), request.uid(), request.pid(), engine.clocks().now(),
                    engine.clocks().monotonicNs());
            Applicant applicant = new Applicant(session, call, request, listener);
            fence.run(threads, errand -> arrive(errand, applicant), () -> decider.otherwise(applicant),
                    forMs -> listener.waiting("this host is busy", forMs), decision -> follow(applicant, decision));
            return applicant.answer();
        } catch (CallRefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private Decision arrive(Errand errand, Applicant applicant) {
        intents.ask(errand, applicant.call(), applicant::says);
        return decider.decide(errand, applicant, false);
    }

    private void follow(Applicant applicant, Decision decision) {
        try {
            reportBadHints(applicant);
            if (decision instanceof Decision.Wait wait) {
                doorkeeper.keepWaiting(applicant, wait);
            } else {
                entrance.letIn(applicant, ((Decision.Admit) decision).grant());
            }
        } finally {
            applicant.session().entered();
        }
    }

    private void reportBadHints(Applicant applicant) {
        ToolCall call = applicant.call();
        for (Said said : applicant.said()) {
            for (String notice : said.intent().notices()) {
                engine.workers().run(() -> engine.event("hint-bad", call.session(), notice, Map.of("call", call.id().value(),
                        "provider", said.intent().provider(),
                        "hint", call.hint().map(hint -> PrintableText.escape(hint.text(), SHOWN_CHARS)).orElse(""))));
            }
        }
    }
}
