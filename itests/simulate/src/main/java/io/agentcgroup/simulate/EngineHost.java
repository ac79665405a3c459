package io.agentcgroup.simulate;

import io.agentcgroup.api.Hint;
import io.agentcgroup.api.HintSource;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.engine.internal.PlainEngine;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/** With AgentCgroup: its own engine decides at the gate and under pressure, in simulated time, over the modelled kernel. */
final class EngineHost implements Host {

    private static final long MIB = 1 << 20;
    private static final int ROOT = 0;
    /** The daemon hears of an agent's end a moment later. */
    private static final long LEFT_AFTER_NS = 100_000_000;

    private final Kernel kernel;
    private final Tree tree;
    private final boolean declare;
    private final Counts counts = new Counts();
    private final PlainEngine engine;

    /**
     * @param configuration of the engine, by property
     * @param declare whether agents say what their calls need
     */
    EngineHost(Kernel kernel, Tier tier, Map<String, String> configuration, List<IntentProvider> providers, AdaptivePolicy policy, boolean declare) {
        this.kernel = kernel;
        this.declare = declare;
        this.tree = new Tree(kernel);
        VirtualTime time = kernel.time();
        engine = new PlainEngine(new PlainEngine.Host(tree, new ModelledEnforcer(kernel, tier), counts, time.wall(), time::nowNs,
                kernel::availableBytes), configuration, providers, policy, time, new AtOnce());
    }

    /** @return what the engine noted, by kind; actions by their own name */
    Map<String, Long> noted() {
        return counts.counts;
    }

    /** Keeps no lines, only how many there were. */
    private static final class Counts implements Journal {

        private final Map<String, Long> counts = new TreeMap<>();

        @Override
        public void append(Outcome outcome) {
            counts.merge("call-" + outcome.end().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        }

        @Override
        public void append(JournalEvent event) {
            Object action = event.details().get("action");
            counts.merge(action == null ? event.kind() : "action-" + action, 1L, Long::sum);
        }

        @Override
        public List<Map<String, Object>> query(Predicate<Map<String, Object>> filter, int limit) {
            return List.of();
        }

        @Override
        public List<Map<String, Object>> queryEvents(Predicate<Map<String, Object>> filter, int limit) {
            return List.of();
        }

        @Override
        public Map<String, Long> counters() {
            return counts;
        }
    }

    @Override
    public Task agent(Member member, List<Task.Step> steps, IntConsumer exited) {
        engine.sessions().open(new SessionSpec(member.name(), Optional.of(member.priority()), ROOT, ROOT, OptionalLong.empty(),
                OptionalLong.empty(), Optional.empty()));
        return kernel.start(tree.session(member.name()).agent(), engine.sessions().agentOomScoreAdj(), steps, exited);
    }

    @Override
    public void call(Member member, String command, long peakBytes, List<Task.Step> steps, LongConsumer waited, IntConsumer over) {
        kernel.time().after(kernel.machine().callCostNs(), () -> ask(member, command, peakBytes, steps, waited, over));
    }

    private void ask(Member member, String command, long peakBytes, List<Task.Step> steps, LongConsumer waited, IntConsumer over) {
        Optional<Hint> hint = declare
                ? Optional.of(new Hint("memory:" + Math.max(1, (peakBytes + MIB - 1) / MIB) + "m", HintSource.ENVIRONMENT)) : Optional.empty();
        String shown = command.length() > ToolCall.LONGEST_COMMAND ? command.substring(0, ToolCall.LONGEST_COMMAND) : command;
        CallRequest request = new CallRequest(ToolCall.Kind.SHELL, "bash", shown, shown.length() < command.length(), "/work", hint, ROOT, ROOT, 1);
        long askedNs = kernel.time().nowNs();
        engine.calls().open(member.name(), request, new Deaf()).whenComplete((granted, refused) -> {
            waited.accept(kernel.time().nowNs() - askedNs);
            if (granted == null) {
                // As the shim does: the command runs all the same, in the agent's own domain.
                kernel.start(tree.session(member.name()).agent(), engine.sessions().agentOomScoreAdj(), steps, over);
            } else {
                run(member, granted, steps, over);
            }
        });
    }

    private void run(Member member, OpenCall granted, List<Task.Step> steps, IntConsumer over) {
        Group group = tree.session(member.name()).call(granted.id());
        Task leader = kernel.start(group == null ? tree.session(member.name()).agent() : group, granted.oomScoreAdj(), steps,
                status -> granted.exited(status).whenComplete((told, failure) -> over.accept(status)));
        granted.started(leader.pid());
    }

    /** A replayed agent reads nothing. */
    private static final class Deaf implements CallListener {

        @Override
        public void feedback(String line) {
            // It would change nothing.
        }

        @Override
        public void waiting(String reason, long atMostMs) {
            // It waits in any case.
        }
    }

    @Override
    public void left(Member member) {
        kernel.time().after(LEFT_AFTER_NS, () -> engine.sessions().closeIfIdle(member.name(), "its agent has exited"));
    }

    @Override
    public void close() {
        engine.close();
    }
}
