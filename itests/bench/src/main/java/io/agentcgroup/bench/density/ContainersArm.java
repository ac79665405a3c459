package io.agentcgroup.bench.density;

import io.agentcgroup.bench.ContainerTree;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Without the appliance: a cgroup a session, as container runtimes make it. */
final class ContainersArm implements Arm {

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
        return new Containers(ContainerTree.create("density"), startGuard(folder));
    }

    /** @return null when there is none in this arm */
    private Process startGuard(Path folder) throws IOException {
        return guard.isEmpty() ? null
                : new ProcessBuilder(guard).redirectErrorStream(true).redirectOutput(folder.resolve("guard.log").toFile()).start();
    }

    private final class Containers implements Stage {

        private final ContainerTree tree;
        private final Process daemon;

        Containers(ContainerTree tree, Process daemon) {
            this.tree = tree;
            this.daemon = daemon;
        }

        @Override
        public ProcessBuilder agent(Member member, List<String> command) throws IOException {
            if (daemon != null && !daemon.isAlive()) {
                throw new IOException(guard.get(0) + " has ended, exit code " + daemon.exitValue());
            }
            ControlGroup container = tree.container(member.name(), member.isHigh());
            if (limited) {
                container.write("memory.max", Long.toString(member.limitBytes()));
            }
            return ContainerTree.inside(container, command);
        }

        @Override
        public String tier() {
            return null;
        }

        @Override
        public void clear() throws IOException, InterruptedException {
            tree.clear();
        }

        @Override
        public void close() throws IOException {
            if (daemon != null) {
                daemon.destroy();
            }
            tree.close();
        }
    }
}
