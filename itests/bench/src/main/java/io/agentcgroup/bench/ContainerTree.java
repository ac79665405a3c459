package io.agentcgroup.bench;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Without the appliance: a cgroup a session, as container runtimes make it. Nothing is left of it when it is closed. */
public final class ContainerTree implements AutoCloseable {

    /** Killed processes give hundreds of megabytes back before they are gone, on an emulated machine slowly. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    /** What the appliance ships for sessions of these priorities: the arms are to differ in memory, and in nothing else. */
    private static final String HIGH_CPU_WEIGHT = "300";
    private static final String LOW_CPU_WEIGHT = "30";

    private static final List<String> CONTROLLERS = List.of("memory", "cpu");

    private final ControlGroup root;

    private ContainerTree(ControlGroup root) {
        this.root = root;
    }

    /** @param purpose part of its name */
    public static ContainerTree create(String purpose) throws IOException {
        ControlGroup mount = ControlGroup.mount();
        mount.delegate(CONTROLLERS);
        ControlGroup root = mount.child("agentcgroup-" + purpose + "-" + ProcessHandle.current().pid());
        root.create();
        root.delegate(CONTROLLERS);
        return new ContainerTree(root);
    }

    /** @return the one around all sessions */
    public ControlGroup root() {
        return root;
    }

    /** @return the new cgroup of a session, without limits */
    public ControlGroup container(String name, boolean high) throws IOException {
        ControlGroup container = root.child(name);
        container.create();
        container.write("cpu.weight", high ? HIGH_CPU_WEIGHT : LOW_CPU_WEIGHT);
        return container;
    }

    /** @return what runs a command in there; the kernel's killer is to see it as any other process */
    public static ProcessBuilder inside(ControlGroup container, List<String> command) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo 0 > /proc/self/oom_score_adj && echo $$ > \"$0\" && exec \"$@\"",
                container.directory().resolve("cgroup.procs").toString()));
        line.addAll(command);
        return new ProcessBuilder(line);
    }

    /** Ends everything, and removes the containers. */
    public void clear() throws IOException, InterruptedException {
        root.kill();
        if (!root.awaitEmpty(GONE_WITHIN)) {
            throw new IOException("processes in " + root.directory() + " do not die");
        }
        for (ControlGroup container : root.children()) {
            container.remove();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the sessions were ending", e);
        }
        root.remove();
    }
}
