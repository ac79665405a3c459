package io.agentcgroup.bench.density;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Without the appliance: a cgroup a session, as container runtimes make it. */
final class ContainersArm implements Arm {

    /** Killed processes give hundreds of megabytes back before they are gone, on an emulated machine slowly. */
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    /** What the appliance ships for sessions of these priorities: the arms are to differ in memory, and in nothing else. */
    private static final String HIGH_CPU_WEIGHT = "300";
    private static final String LOW_CPU_WEIGHT = "30";

    /** From Debian's package, which the virtual machine has. */
    private static final Path EARLYOOM = Path.of("/usr/bin/earlyoom");

    private final String name;
    private final String meaning;
    private final boolean limited;
    private final long availableBytes;
    private final List<String> guard;

    private ContainersArm(String name, String meaning, boolean limited, long availableBytes, List<String> guard) {
        this.name = name;
        this.meaning = meaning;
        this.limited = limited;
        this.availableBytes = availableBytes;
        this.guard = guard;
    }

    static Arm none() {
        return new ContainersArm("none", "no limits; the kernel's OOM killer decides", false, Long.MAX_VALUE, List.of());
    }

    /** @param availableBytes what can be divided */
    static Arm fixedPeaks(long availableBytes) {
        return new ContainersArm("static", "each session's memory.max is its trace's peak, and a session comes only if its peak fits beside those of"
                + " the others", true, availableBytes, List.of());
    }

    /** As Debian starts it: it acts when less than a tenth of the memory is available. */
    static Arm earlyoom() {
        return new ContainersArm("earlyoom", "no limits; Debian's earlyoom, its settings as packaged", false, Long.MAX_VALUE,
                List.of(EARLYOOM.toString(), "-r", "3600"));
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
        return guard.isEmpty() || Files.isExecutable(EARLYOOM) ? Optional.empty() : Optional.of("earlyoom is not installed here");
    }

    @Override
    public Optional<String> refuses(Mix mix, int sessions) {
        return limited && mix.peaksBytes(sessions) > availableBytes
                ? Optional.of("the peaks are " + (mix.peaksBytes(sessions) >> 20) + " MiB together, and " + (availableBytes >> 20) + " MiB are there")
                : Optional.empty();
    }

    @Override
    public Stage open(Path folder) throws IOException {
        ControlGroup mount = ControlGroup.mount();
        mount.delegate(List.of("memory", "cpu"));
        ControlGroup root = mount.child("agentcgroup-density-" + ProcessHandle.current().pid());
        root.create();
        root.delegate(List.of("memory", "cpu"));
        return new Containers(root, startGuard(folder));
    }

    /** @return null when there is none in this arm */
    private Process startGuard(Path folder) throws IOException {
        return guard.isEmpty() ? null
                : new ProcessBuilder(guard).redirectErrorStream(true).redirectOutput(folder.resolve("guard.log").toFile()).start();
    }

    private final class Containers implements Stage {

        private final ControlGroup root;
        private final Process daemon;

        Containers(ControlGroup root, Process daemon) {
            this.root = root;
            this.daemon = daemon;
        }

        @Override
        public ProcessBuilder agent(Member member, List<String> command) throws IOException {
            if (daemon != null && !daemon.isAlive()) {
                throw new IOException(guard.get(0) + " has ended, exit code " + daemon.exitValue());
            }
            ControlGroup container = root.child(member.name());
            container.create();
            container.write("cpu.weight", member.isHigh() ? HIGH_CPU_WEIGHT : LOW_CPU_WEIGHT);
            if (limited) {
                container.write("memory.max", Long.toString(member.limitBytes()));
            }
            List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo 0 > /proc/self/oom_score_adj && echo $$ > \"$0\" && exec \"$@\"",
                    container.directory().resolve("cgroup.procs").toString()));
            line.addAll(command);
            return new ProcessBuilder(line);
        }

        @Override
        public String tier() {
            return null;
        }

        @Override
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
            if (daemon != null) {
                daemon.destroy();
            }
            try {
                clear();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the sessions were ending", e);
            }
            root.remove();
        }
    }
}
