package io.agentcgroup.demo;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What fleets have today: each session in a container's cgroup with the session's budget, and nothing for a call. Only the
 * cgroup is built, because only it decides who dies; no image and no namespaces.
 */
final class OffArm implements Arm {

    /** Killed processes are gone as soon as they are scheduled once more, also if there are hundreds. */
    private static final Duration KILLED_AT_MOST = Duration.ofSeconds(20);

    /** Whose containers. They differ in what the kernel's OOM killer takes. */
    enum Semantics {
        /** {@code memory.oom.group} 0: the largest process. */
        DOCKER,
        /** {@code memory.oom.group} 1, the default of Kubernetes on cgroup v2 since 1.28: everything in the container. */
        KUBERNETES;

        String oomGroup() {
            return this == KUBERNETES ? "1" : "0";
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Scenario scenario;
    private final Semantics semantics;
    private final ControlGroup root;

    OffArm(Scenario scenario, Semantics semantics) throws IOException {
        this.scenario = scenario;
        this.semantics = semantics;
        ControlGroup mount = ControlGroup.mount();
        mount.delegate(List.of("memory", "pids"));
        root = mount.child("agentcgroup-demo-off-" + ProcessHandle.current().pid());
        root.create();
        root.delegate(List.of("memory", "pids"));
    }

    @Override
    public String name() {
        return "off";
    }

    @Override
    public String meaning() {
        return "each session in one cgroup as " + (semantics == Semantics.DOCKER ? "Docker" : "Kubernetes") + " makes it: memory.max "
                + (scenario.memoryBytes() >> 20) + " MiB, no swap, pids.max " + scenario.pids() + ", memory.oom.group "
                + semantics.oomGroup() + "; the container ends with its agent; nothing per call";
    }

    @Override
    public ProcessBuilder agent(AgentSpec agent, List<String> command) throws IOException {
        ControlGroup container = container(agent);
        container.create();
        container.write("memory.max", Long.toString(scenario.memoryBytes()));
        if (container.number("memory.swap.current").isPresent()) {
            container.write("memory.swap.max", "0");
        }
        container.write("memory.oom.group", semantics.oomGroup());
        container.write("pids.max", Integer.toString(scenario.pids()));
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"",
                container.directory().resolve("cgroup.procs").toString()));
        line.addAll(command);
        return new ProcessBuilder(line);
    }

    @Override
    public ControlGroup session(AgentSpec agent, long agentPid) {
        return container(agent);
    }

    /** The agent is the container's first process: the container goes with it. */
    @Override
    public void agentGone(AgentSpec agent) throws IOException {
        container(agent).kill();
    }

    /** Nobody can tell one call's memory from another's in a cgroup that they share. */
    @Override
    public List<CallResult> evidence(AgentSpec agent, List<CallResult> calls) {
        return calls;
    }

    @Override
    public void close() throws IOException {
        try {
            root.kill();
            root.awaitEmpty(KILLED_AT_MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the containers were ending", e);
        }
        for (ControlGroup container : root.children()) {
            container.remove();
        }
        root.remove();
    }

    private ControlGroup container(AgentSpec agent) {
        return root.child(agent.name());
    }
}
