package io.agentcgroup.bench.isolation;

import io.agentcgroup.bench.ContainerTree;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Without the appliance: a cgroup a session, as container runtimes make it, with limits that never change. */
final class LimitsArm implements Arm {

    private final String name;
    private final String meaning;
    private final Load load;
    private final OptionalLong totalBytes;
    private final List<Long> sessionBytes;

    private LimitsArm(String name, String meaning, Load load, OptionalLong totalBytes, List<Long> sessionBytes) {
        this.name = name;
        this.meaning = meaning;
        this.load = load;
        this.totalBytes = totalBytes;
        this.sessionBytes = sessionBytes;
    }

    static Arm ample(Load load) {
        return new LimitsArm("ample", "memory for everybody: no limit", load, OptionalLong.empty(), List.of());
    }

    static Arm none(Load load) {
        return new LimitsArm("none", "one limit over all sessions, and the kernel's OOM killer", load,
                OptionalLong.of(load.totalBytes()), List.of());
    }

    /** @param shares of the sessions, the one with high priority first */
    static Arm divided(Load load, List<Integer> shares) {
        long all = shares.stream().mapToLong(Integer::longValue).sum();
        List<Long> sessions = shares.stream().map(share -> load.totalBytes() / all * share).toList();
        return new LimitsArm("static", "the same memory divided into a fixed memory.max a session: "
                + String.join(", ", sessions.stream().map(bytes -> Math.round(bytes / 1e6) + " MB").toList()), load,
                OptionalLong.of(load.totalBytes()), sessions);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String meaning() {
        return meaning;
    }

    @Override
    public Optional<String> unavailable() {
        // The command does not come here on a kernel that cannot limit memory.
        return Optional.empty();
    }

    @Override
    public Stage open(Path folder) throws IOException {
        ContainerTree tree = ContainerTree.create("isolation");
        try {
            if (totalBytes.isPresent()) {
                limit(tree.root(), totalBytes.getAsLong());
            }
            return new Containers(tree);
        } catch (IOException e) {
            tree.close();
            throw e;
        }
    }

    private void limit(ControlGroup group, long bytes) throws IOException {
        group.write("memory.max", Long.toString(bytes));
        if (!load.swap() && group.number("memory.swap.current").isPresent()) {
            group.write("memory.swap.max", "0");
        }
    }

    private final class Containers implements Stage {

        private final ContainerTree tree;

        Containers(ContainerTree tree) {
            this.tree = tree;
        }

        @Override
        public ProcessBuilder agent(Load.Member member, List<String> command) throws IOException {
            ControlGroup container = tree.container(member.name(), member.isHigh());
            int place = load.members().indexOf(member);
            if (place < sessionBytes.size()) {
                limit(container, sessionBytes.get(place));
            }
            return ContainerTree.inside(container, command);
        }

        @Override
        public Evidence evidence(int calls) throws IOException {
            ControlGroup root = tree.root();
            Map<String, Long> events = root.counters("memory.events");
            return new Evidence(events.getOrDefault("oom_kill", 0L), boxed(root.number("memory.peak")), events, 0L, List.of(), 0, Map.of());
        }

        @Override
        public void endAll() throws IOException {
            tree.root().kill();
        }

        @Override
        public void close() throws IOException {
            tree.close();
        }
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }
}
