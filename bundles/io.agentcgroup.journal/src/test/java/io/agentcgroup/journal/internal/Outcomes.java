package io.agentcgroup.journal.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.MemoryCurve;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Outcomes to write. */
final class Outcomes {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");

    private Outcomes() {
    }

    /** A call of which everything is known. */
    static Outcome full(String id, String command) {
        ToolCall call = new ToolCall(new CallId(id), new SessionName("s-1"), ToolCall.Kind.SHELL, "bash", command, false, "/tmp",
                Optional.of(new Hint("memory:2g,x", HintSource.COMMAND)), 1000, 4711, NOON, 17);
        Limits limits = Limits.builder().memoryMinBytes(0).memoryLowBytes(1).memoryHighBytes(Limits.UNLIMITED).memoryMaxBytes(2L << 30)
                .swapMaxBytes(0).oomGroup(true).cpuWeight(100).cpuMax(new CpuMax(Limits.UNLIMITED, 100_000)).ioWeight(10).pidsMax(512)
                .build();
        Intent intent = Intent.from("declared").memoryBytes(2L << 30).cpuCores(1.5).duration(Duration.ofSeconds(3))
                .placement(Placement.CALL).pidsMax(5).confidence(0.8).reason("declared").notices(List.of("\"x\" was ignored")).build();
        OptionalLong some = OptionalLong.of(1_000);
        Usage usage = new Usage(some, some, some, some, some, some, some, some, some, some, some, some, some, some, some);
        return new Outcome(call, new Grant(limits, Placement.CALL, "fixed", "because"), List.of(intent), Outcome.End.OOM_KILLED,
                OptionalInt.empty(), OptionalInt.of(9), Duration.ofMillis(1_500), NOON.plusSeconds(2), usage,
                new DomainEvents(0, 1, 2, 3, 4, 1, 6), 2, List.of("It was ended."), false);
    }

    /** The same with as large a memory curve as there is. */
    static Outcome withCurve(String id) {
        Outcome full = full(id, "make");
        List<MemoryCurve.Point> points = IntStream.range(0, MemoryCurve.MOST_POINTS)
                .mapToObj(i -> new MemoryCurve.Point(Duration.ofHours(24).plusMillis(i), (1L << 40) + i)).toList();
        return new Outcome(full.call(), full.grant(), full.intents(), full.end(), full.exitCode(), full.signal(), full.duration(), full.ended(),
                full.usage(), full.events(), full.leftovers(), full.feedback(), full.adopted(), full.account(), full.explanation(),
                new MemoryCurve(points));
    }

    /** A call of which next to nothing is known. */
    static Outcome bare(String id) {
        OptionalLong none = OptionalLong.empty();
        ToolCall call = new ToolCall(new CallId(id), new SessionName("s-1"), ToolCall.Kind.EXEC, "", "", true, "", Optional.empty(), 0,
                1, NOON, 0);
        Usage usage = new Usage(none, none, none, none, none, none, none, none, none, none, none, none, none, none, none);
        return new Outcome(call, new Grant(Limits.NONE, Placement.SERVICE, "built-in", ""), List.of(), Outcome.End.UNSEEN,
                OptionalInt.empty(), OptionalInt.empty(), Duration.ZERO, NOON, usage, DomainEvents.ZERO, 0, List.of(), true);
    }
}
