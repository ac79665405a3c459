package io.agentcgroup.bench.console;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.MemoryCurve;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Runs inside the appliance, as a bundle: tells its journal of calls that a busy host would have had in the last hours, so that the lines
 * are the journal's own. The manifest says how many.
 */
public final class PastCalls implements BundleActivator {

    static final String CALLS = "Bench-Calls";
    static final String SESSIONS = "Bench-Sessions";
    /** The oldest is found by this. */
    static final String OLDEST = "bench-0";
    /** One that lived long enough for a curve, and was stopped and let go on. */
    static final String EVENTFUL = "bench-17";

    private static final Duration APART = Duration.ofSeconds(3);
    private static final long MIB = 1L << 20;
    /** Every so many calls one runs out of memory, one was held back, one lives long. */
    private static final int OOM_EVERY = 40;
    private static final int HELD_EVERY = 17;
    private static final int LONG_EVERY = 2;
    /** What agents send: programs, pipes, whole scripts. */
    private static final List<String> COMMANDS = List.of("pytest -x -q tests/unit/test_module_%d.py", "git diff HEAD~1 -- src/file_%d.c | head -200",
            "npm run build -- --filter package-%d", "cat > /tmp/step_%d.py <<'END'\n" + "rows = [parse(line) for line in open('input.csv')]\n".repeat(24)
                    + "END\npython3 /tmp/step.py", "make -j8 target_%d");

    @Override
    public void start(BundleContext context) {
        Journal journal = context.getService(context.getServiceReference(Journal.class));
        int calls = Integer.parseInt(context.getBundle().getHeaders().get(CALLS));
        int sessions = Integer.parseInt(context.getBundle().getHeaders().get(SESSIONS));
        Instant begin = Instant.now().minus(APART.multipliedBy(calls));
        for (int i = 0; i < calls; i++) {
            Outcome outcome = outcome(i, session(i % sessions), begin.plus(APART.multipliedBy(i)));
            journal.append(outcome);
            for (Explanation.Step step : outcome.explanation().steps()) {
                journal.append(new JournalEvent(step.at(), "action", Optional.of(outcome.call().session()), step.action() + ": " + step.reason(),
                        Map.of("call", outcome.call().id().value(), "policy", step.policy())));
            }
        }
    }

    @Override
    public void stop(BundleContext context) {
        // What is journalled stays.
    }

    static String session(int number) {
        return "agent-%02d".formatted(number);
    }

    private static Outcome outcome(int i, String session, Instant received) {
        boolean oom = i % OOM_EVERY == OOM_EVERY - 1;
        boolean lives = i % LONG_EVERY != 0;
        Duration duration = Duration.ofMillis(lives ? 1_500 + i % 1_000 : 20 + i % 300);
        long peak = (20 + i % 700) * MIB;
        ToolCall call = new ToolCall(new CallId("bench-" + i), new SessionName(session), ToolCall.Kind.SHELL, "bash",
                COMMANDS.get(i % COMMANDS.size()).formatted(i), false, "/home/agent/project", Optional.of(new Hint("memory:512m", HintSource.ENVIRONMENT)),
                1000, 1_000 + i, received, 1_000_000L * i);
        Limits limits = Limits.builder().memoryHighBytes(600 * MIB).memoryMaxBytes(720 * MIB).oomGroup(true).cpuWeight(100).pidsMax(2_048).build();
        Grant grant = new Grant(limits, Placement.CALL, OptionalLong.of(512 * MIB), "graduated",
                "512 MiB wanted (declared: memory:512m) + 25 % headroom, of 2 GiB budget of the session; nobody waits");
        List<Intent> intents = List.of(intent("declared", 512), intent("rules", 768), intent("learned", 430));
        return new Outcome(call, grant, intents, oom ? Outcome.End.OOM_KILLED : Outcome.End.EXITED, oom ? OptionalInt.empty() : OptionalInt.of(i % 11 == 0 ? 1 : 0),
                oom ? OptionalInt.of(9) : OptionalInt.empty(), duration, received.plus(duration), usage(peak, duration),
                new DomainEvents(0, i % 3, 0, oom ? 1 : 0, oom ? 1 : 0, oom ? 1 : 0, 0), i % 13 == 0 ? 1 : 0,
                oom ? List.of("Out of memory: this command was ended by the kernel after it used 720 MiB of its 720 MiB limit. Your session goes on.") : List.of(),
                false, Optional.empty(), explanation(i, received, intents.get(0)), lives ? curve(duration, peak) : MemoryCurve.NONE);
    }

    private static Intent intent(String provider, int mebibytes) {
        return Intent.from(provider).memoryBytes(mebibytes * MIB).confidence(0.5).reason("what " + provider + " says of commands like this one").build();
    }

    private static Usage usage(long peak, Duration duration) {
        OptionalLong us = OptionalLong.of(duration.toNanos() / 1_000);
        OptionalLong none = OptionalLong.of(0);
        return new Usage(OptionalLong.of(peak / 2), OptionalLong.of(peak), none, OptionalLong.of(peak / 3), OptionalLong.of(peak / 6), us, us, us, none,
                none, OptionalLong.of(12), us, none, us, us);
    }

    private static Explanation explanation(int i, Instant received, Intent merged) {
        List<Explanation.Step> steps = i % HELD_EVERY != 0 ? List.of() : List.of(
                new Explanation.Step(received.plusMillis(200), "freeze", "graduated", "memory of the host is short and this call is the newest heavy one"),
                new Explanation.Step(received.plusMillis(1_200), "release", "graduated", "there is room again"));
        return new Explanation(merged, OptionalDouble.of(0.8), List.of("declared counts 0.8", "rules stand back", "learned from 37 calls"),
                Duration.ofMillis(i % 50), steps);
    }

    private static MemoryCurve curve(Duration duration, long peak) {
        List<MemoryCurve.Point> points = new ArrayList<>();
        for (int i = 0; i < MemoryCurve.MOST_POINTS; i++) {
            points.add(new MemoryCurve.Point(duration.multipliedBy(i).dividedBy(MemoryCurve.MOST_POINTS), peak * (i + 1) / MemoryCurve.MOST_POINTS));
        }
        return new MemoryCurve(points);
    }
}
