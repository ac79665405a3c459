package io.agentcgroup.otel.internal;

import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.PrintableText;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.enforce.Tier;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a span says of a call: by the semantic conventions for generative AI what these have a name for, the rest under
 * {@code agentcgroup.} in the words of the journal.
 */
final class SpanOfCall {

    private static final String OPERATION = "execute_tool";
    private static final String OURS = "agentcgroup.";
    /** Names of spans should be few: what is no plain program's name is none of them. */
    private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}");
    private static final String NO_PROGRAM = "exec";

    private SpanOfCall() {
    }

    /** Makes the span, from begin to end. */
    static void of(Outcome outcome, Tier tier, boolean commands, Tracer tracer) {
        ToolCall call = outcome.call();
        String tool = tool(call);
        Span span = tracer.spanBuilder(OPERATION + " " + tool).setParent(Context.root()).setStartTimestamp(call.received()).startSpan();
        AttributesBuilder attributes = Attributes.builder();
        conventions(attributes, outcome, tool, commands);
        ours(attributes, outcome, tier);
        span.setAllAttributes(attributes.build());
        for (Explanation.Step step : outcome.explanation().steps()) {
            span.addEvent(OURS + PrintableText.escape(step.action()), step(step), step.at());
        }
        String error = error(outcome);
        if (error != null) {
            span.setAttribute("error.type", error);
            span.setStatus(StatusCode.ERROR, described(outcome));
        }
        span.end(end(outcome));
    }

    /** The clock may have been set back meanwhile; a span that ends before it begins is refused by some. */
    private static Instant end(Outcome outcome) {
        return outcome.ended().isBefore(outcome.call().received()) ? outcome.call().received() : outcome.ended();
    }

    private static String tool(ToolCall call) {
        String name = call.shell();
        if (name.isEmpty()) {
            String first = call.command().strip().split("\\s", 2)[0];
            name = first.substring(first.lastIndexOf('/') + 1);
        }
        return PROGRAM.matcher(name).matches() ? name : NO_PROGRAM;
    }

    private static void conventions(AttributesBuilder attributes, Outcome outcome, String tool, boolean commands) {
        ToolCall call = outcome.call();
        attributes.put("gen_ai.operation.name", OPERATION);
        attributes.put("gen_ai.tool.name", tool);
        attributes.put("gen_ai.tool.type", "function");
        attributes.put("gen_ai.tool.call.id", call.id().value());
        attributes.put("gen_ai.agent.name", call.session().value());
        attributes.put("gen_ai.conversation.id", call.session().value());
        outcome.exitCode().ifPresent(code -> attributes.put("process.exit.code", code));
        if (commands) {
            attributes.put("process.command_line", PrintableText.escape(call.command()));
        }
    }

    private static void ours(AttributesBuilder attributes, Outcome outcome, Tier tier) {
        attributes.put(OURS + "tier", tier.label());
        attributes.put(OURS + "kind", label(outcome.call().kind()));
        attributes.put(OURS + "end", label(outcome.end()));
        outcome.signal().ifPresent(signal -> attributes.put(OURS + "signal", signal));
        attributes.put(OURS + "oom_kill", outcome.events().oomKill());
        attributes.put(OURS + "adopted", outcome.adopted());
        attributes.put(OURS + "leftovers", outcome.leftovers());
        attributes.put(OURS + "duration_us", TimeUnit.NANOSECONDS.toMicros(outcome.duration().toNanos()));
        attributes.put(OURS + "waited_us", TimeUnit.NANOSECONDS.toMicros(outcome.explanation().waited().toNanos()));
        String[] rungs = outcome.explanation().steps().stream().map(step -> PrintableText.escape(step.action())).distinct().toArray(String[]::new);
        // An empty list is allowed, but there are receivers that cannot read one, and lose the whole request.
        if (rungs.length > 0) {
            attributes.put(OURS + "rungs", rungs);
        }
        usage(attributes, outcome.usage());
        attributes.put(OURS + "grant.policy", PrintableText.escape(outcome.grant().policy()));
        attributes.put(OURS + "grant.placement", label(outcome.grant().placement()));
        put(attributes, "grant.expected_bytes", outcome.grant().expectedBytes());
        limits(attributes, outcome.grant().limits());
    }

    private static void usage(AttributesBuilder attributes, Usage usage) {
        put(attributes, "memory_peak_bytes", usage.memoryPeakBytes());
        put(attributes, "cpu_us", usage.cpuUsageUs());
        put(attributes, "memory_stall_some_us", usage.memoryStallSomeUs());
        put(attributes, "pids_peak", usage.pidsPeak());
    }

    private static void limits(AttributesBuilder attributes, Limits limits) {
        putLimit(attributes, "grant.memory_high_bytes", limits.memoryHighBytes());
        putLimit(attributes, "grant.memory_max_bytes", limits.memoryMaxBytes());
        putLimit(attributes, "grant.pids_max", limits.pidsMax());
        limits.cpuWeight().ifPresent(weight -> attributes.put(OURS + "grant.cpu_weight", weight));
    }

    /** What is unlimited is left out. */
    private static void putLimit(AttributesBuilder attributes, String name, OptionalLong limit) {
        if (limit.orElse(Limits.UNLIMITED) != Limits.UNLIMITED) {
            put(attributes, name, limit);
        }
    }

    private static void put(AttributesBuilder attributes, String name, OptionalLong value) {
        value.ifPresent(known -> attributes.put(OURS + name, known));
    }

    private static Attributes step(Explanation.Step step) {
        return Attributes.of(AttributeKey.stringKey(OURS + "policy"), PrintableText.escape(step.policy()),
                AttributeKey.stringKey(OURS + "reason"), PrintableText.escape(step.reason()));
    }

    /** @return what kind of error it was; null for none. An exit code is no error: {@code grep} that finds nothing has one */
    private static String error(Outcome outcome) {
        return switch (outcome.end()) {
            case OOM_KILLED, NOT_STARTED -> label(outcome.end());
            // A command that had exited by then, as the last one of a session that is closed, was not stopped from anything.
            case ENDED -> outcome.exitCode().isPresent() ? null : label(outcome.end());
            case EXITED -> outcome.signal().isPresent() ? "signal" : null;
            case UNSEEN -> null;
        };
    }

    private static String described(Outcome outcome) {
        return switch (outcome.end()) {
            case OOM_KILLED -> "ended by the kernel at a memory limit";
            case ENDED -> "ended by AgentCgroup";
            case NOT_STARTED -> "could not be started";
            case EXITED, UNSEEN -> "ended by signal " + outcome.signal().orElse(0);
        };
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
