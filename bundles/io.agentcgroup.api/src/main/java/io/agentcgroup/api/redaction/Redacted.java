package io.agentcgroup.api.redaction;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.policy.WaitingCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as they may be kept and shown. Not only the command itself: the reason of an intent quotes it, and what the agent was told may
 * name its processes.
 */
public final class Redacted {

    private Redacted() {
    }

    /** @return the outcome, for the journal */
    public static Outcome of(Outcome outcome, Redactor redactor) {
        return new Outcome(of(outcome.call(), redactor), of(outcome.grant(), redactor), intents(outcome.intents(), redactor), outcome.end(),
                outcome.exitCode(), outcome.signal(), outcome.duration(), outcome.ended(), outcome.usage(), outcome.events(), outcome.leftovers(),
                texts(outcome.feedback(), redactor), outcome.adopted(), outcome.account(), of(outcome.explanation(), redactor), outcome.memory());
    }

    /** @return the running call, for a listing */
    public static CallStatus of(CallStatus status, Redactor redactor) {
        return new CallStatus(of(status.call(), redactor), of(status.grant(), redactor), intents(status.intents(), redactor), status.usage(),
                status.events(), status.leaderExited(), status.standing(), of(status.explanation(), redactor));
    }

    /** @return the waiting call, for a listing */
    public static WaitingStatus of(WaitingStatus status, Redactor redactor) {
        WaitingCall waiting = status.waiting();
        return new WaitingStatus(of(status.call(), redactor), intents(status.intents(), redactor), new WaitingCall(waiting.id(), waiting.session(),
                waiting.priority(), of(waiting.wanted(), redactor), waiting.waited(), waiting.atMost(), waiting.place(),
                redactor.redact(waiting.reason())), of(status.explanation(), redactor));
    }

    /** @return the event, for the journal */
    public static JournalEvent of(JournalEvent event, Redactor redactor) {
        Map<String, Object> details = new LinkedHashMap<>();
        event.details().forEach((name, value) -> details.put(name, value instanceof String text ? redactor.redact(text) : value));
        return new JournalEvent(event.time(), event.kind(), event.session(), redactor.redact(event.message()), details);
    }

    private static ToolCall of(ToolCall call, Redactor redactor) {
        return new ToolCall(call.id(), call.session(), call.kind(), call.shell(), redactor.redact(call.command()), call.commandTruncated(),
                redactor.redact(call.cwd()), call.hint().map(hint -> new Hint(redactor.redact(hint.text()), hint.source())), call.uid(), call.pid(),
                call.received(), call.receivedMonotonicNs());
    }

    private static Grant of(Grant grant, Redactor redactor) {
        return new Grant(grant.limits(), grant.placement(), grant.expectedBytes(), grant.policy(), redactor.redact(grant.reason()));
    }

    private static Intent of(Intent intent, Redactor redactor) {
        return new Intent(intent.provider(), intent.memoryBytes(), intent.cpuCores(), intent.duration(), intent.placement(), intent.pidsMax(),
                intent.confidence(), redactor.redact(intent.reason()), texts(intent.notices(), redactor));
    }

    private static List<Intent> intents(List<Intent> intents, Redactor redactor) {
        return intents.stream().map(intent -> of(intent, redactor)).toList();
    }

    private static Explanation of(Explanation why, Redactor redactor) {
        List<Explanation.Step> steps = why.steps().stream()
                .map(step -> new Explanation.Step(step.at(), step.action(), step.policy(), redactor.redact(step.reason()))).toList();
        return new Explanation(of(why.merged(), redactor), why.trust(), texts(why.weighed(), redactor), why.waited(), steps);
    }

    private static List<String> texts(List<String> texts, Redactor redactor) {
        return texts.stream().map(redactor::redact).toList();
    }
}
