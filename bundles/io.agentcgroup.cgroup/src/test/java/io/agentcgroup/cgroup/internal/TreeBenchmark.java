package io.agentcgroup.cgroup.internal;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.DomainListener;
import io.agentcgroup.api.cgroup.SessionNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the steps of a call cost: {@code java -cp ... io.agentcgroup.cgroup.internal.TreeBenchmark [rounds]}. Prints median
 * and P99 in microseconds, of the second half of the rounds: the first one is the compiler's.
 */
public final class TreeBenchmark {

    private static final int DEFAULT_ROUNDS = 4_000;
    private static final Limits LIMITS = Limits.builder().memoryHighBytes(256 << 20).memoryMaxBytes(512 << 20).swapMaxBytes(0)
            .oomGroup(true).cpuWeight(100).pidsMax(512).build();

    private final Map<String, long[]> samplesNs = new LinkedHashMap<>();
    private final int rounds;
    private int round;

    private TreeBenchmark(int rounds) {
        this.rounds = rounds;
    }

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ROUNDS;
        TreeSettings settings = TreeSettings.of("bench-" + ProcessHandle.current().pid(), false);
        try (SessionTree tree = SessionTree.open(settings)) {
            SessionNode session = tree.session(new SessionName("bench"));
            new TreeBenchmark(rounds).run(session);
            session.remove();
        }
    }

    private void run(SessionNode session) {
        for (round = 0; round < rounds; round++) {
            Domain[] call = new Domain[1];
            time("create", () -> call[0] = session.createCall(new CallId(Integer.toString(round))));
            time("apply", () -> call[0].apply(LIMITS));
            time("watch", () -> call[0].watch(new DomainListener() { }));
            time("attribute", () -> call[0].setAttribute("call", "{\"id\":1}"));
            time("permit", () -> session.permitBirth(call[0], 12345, 12345).close());
            time("usage", call[0]::usage);
            time("events", call[0]::events);
            time("populated", call[0]::populated);
            time("remove", call[0]::remove);
        }
        samplesNs.forEach(TreeBenchmark::print);
    }

    private void time(String step, Runnable action) {
        long start = System.nanoTime();
        action.run();
        samplesNs.computeIfAbsent(step, s -> new long[rounds])[round] = System.nanoTime() - start;
    }

    private static void print(String step, long[] samples) {
        long[] warm = Arrays.copyOfRange(samples, samples.length / 2, samples.length);
        Arrays.sort(warm);
        System.out.printf("%-10s median %7.1f us   P99 %7.1f us%n", step, warm[warm.length / 2] / 1e3,
                warm[warm.length * 99 / 100] / 1e3);
    }
}
