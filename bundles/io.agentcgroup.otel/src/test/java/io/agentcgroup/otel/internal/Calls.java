package io.agentcgroup.otel.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Outcomes for tests. */
final class Calls {

    static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");

    private Calls() {
    }

    static Outcome exited(String id, int code) {
        return outcome(id, "bash", "make -j8", Outcome.End.EXITED, OptionalInt.of(code), OptionalInt.empty(), NOON.plusSeconds(2));
    }

    /** Of {@code agentcgroup exec}. */
    static Outcome exec(String command) {
        return outcome("e", "", command, Outcome.End.EXITED, OptionalInt.of(0), OptionalInt.empty(), NOON.plusSeconds(2));
    }

    static Outcome ended(Outcome.End end, OptionalInt signal) {
        return outcome("k", "bash", "make", end, OptionalInt.empty(), signal, NOON.plusSeconds(2));
    }

    /** Over when its session was closed; the command itself had exited before. */
    static Outcome exitedAndThenEnded() {
        return outcome("x", "bash", "make", Outcome.End.ENDED, OptionalInt.of(0), OptionalInt.empty(), NOON.plusSeconds(2));
    }

    /** To which nothing was done. */
    static Outcome leftAlone() {
        Outcome of = exited("l", 0);
        return new Outcome(of.call(), of.grant(), of.intents(), of.end(), of.exitCode(), of.signal(), of.duration(), of.ended(), of.usage(), of.events(),
                of.leftovers(), of.feedback(), of.adopted(), of.account(), Explanation.NONE);
    }

    static Outcome clockSetBack() {
        return outcome("b", "bash", "make", Outcome.End.EXITED, OptionalInt.of(0), OptionalInt.empty(), NOON.minusSeconds(60));
    }

    private static Outcome outcome(String id, String shell, String command, Outcome.End end, OptionalInt code, OptionalInt signal, Instant ended) {
        ToolCall call = new ToolCall(new CallId(id), new SessionName("mine"), shell.isEmpty() ? ToolCall.Kind.EXEC : ToolCall.Kind.SHELL, shell,
                command, false, "/src", Optional.empty(), 1000, 4711, NOON, 17);
        Limits limits = Limits.builder().memoryHighBytes(1L << 30).memoryMaxBytes(Limits.UNLIMITED).cpuWeight(100).build();
        OptionalLong none = OptionalLong.empty();
        Usage usage = new Usage(none, OptionalLong.of(300L << 20), none, none, none, OptionalLong.of(5_000), none, none, none, none, none,
                none, none, none, none);
        List<Explanation.Step> steps = List.of(new Explanation.Step(NOON.plusSeconds(1), "freeze", "graduated", "memory is short"),
                new Explanation.Step(NOON.plusMillis(1_500), "release", "graduated", "there is room\u001b[2J"));
        Explanation why = new Explanation(Intent.from("merged").confidence(0).build(), OptionalDouble.empty(), List.of(), Duration.ofMillis(40), steps);
        return new Outcome(call, new Grant(limits, Placement.CALL, OptionalLong.of(1L << 28), "graduated", "because"), List.of(), end, code, signal,
                Duration.ofMillis(1_900), ended, usage, new DomainEvents(0, 1, 0, 0, 3, 1, 0), 2, List.of(), false, Optional.empty(), why);
    }
}
