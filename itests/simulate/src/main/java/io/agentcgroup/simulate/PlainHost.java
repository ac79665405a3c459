package io.agentcgroup.simulate;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;

/** Without AgentCgroup: a container a session, with a limit or without, and the kernel's OOM killer. */
final class PlainHost implements Host {

    /** What the appliance ships for sessions of these priorities. */
    private static final int HIGH_CPU_WEIGHT = 300;
    private static final int NORMAL_CPU_WEIGHT = 100;
    private static final int LOW_CPU_WEIGHT = 30;

    private final Kernel kernel;
    private final Group root;
    private final ToLongFunction<Member> limitBytes;
    private final Map<Member, Group> containers = new HashMap<>();

    /** @param limitBytes of a session's container */
    PlainHost(Kernel kernel, ToLongFunction<Member> limitBytes) {
        this.kernel = kernel;
        this.root = new Group(kernel, "/", null);
        this.limitBytes = limitBytes;
    }

    @Override
    public Task agent(Member member, List<Task.Step> steps, IntConsumer exited) {
        Group container = new Group(kernel, "/" + member.name(), root);
        container.apply(Limits.builder().memoryMaxBytes(limitBytes.applyAsLong(member)).cpuWeight(weight(member.priority())).build());
        containers.put(member, container);
        return kernel.start(new Group(kernel, container.path() + "/agent", container), 0, steps, exited);
    }

    private static int weight(Priority priority) {
        return switch (priority) {
            case HIGH -> HIGH_CPU_WEIGHT;
            case NORMAL -> NORMAL_CPU_WEIGHT;
            case LOW -> LOW_CPU_WEIGHT;
        };
    }

    @Override
    public void call(Member member, String command, long peakBytes, List<Task.Step> steps, LongConsumer waited, IntConsumer over) {
        kernel.time().after(kernel.machine().callCostNs(), () -> {
            waited.accept(0);
            Group container = containers.get(member);
            kernel.start(container.children.iterator().next(), 0, steps, over);
        });
    }

    @Override
    public void left(Member member) {
        // Its container may stay: nothing is in it.
    }

    @Override
    public void close() {
        // Nothing but memory of this program.
    }
}
