package io.agentcgroup.bench.density;

import io.agentcgroup.bench.isolation.Emulation;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** With the appliance as shipped: one for all steps, as on a host, so it may learn from one step for the next. */
final class ApplianceArm implements Arm {

    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    private final Map<String, Map<String, String>> settings;

    /** @param settings that differ from the shipped ones, by PID and property */
    ApplianceArm(Map<String, Map<String, String>> settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "graduated";
    }

    @Override
    public String meaning() {
        return "AgentCgroup with its policy as shipped" + (settings.isEmpty() ? "" : ", but for " + settings)
                + (Emulation.HERE ? "; on this emulated machine the shim waits " + Emulation.ANSWER_AT_MOST_MS + " ms for the daemon instead of 50" : "");
    }

    @Override
    public Optional<String> unavailable() {
        // The command does not come here on a kernel that cannot enforce.
        return Optional.empty();
    }

    @Override
    public Optional<String> refuses(Mix mix, int sessions) {
        return Optional.empty();
    }

    @Override
    public Stage open(Path folder) throws IOException, InterruptedException {
        Appliance appliance = settings.isEmpty() ? new Appliance(Place.current().home(), folder)
                : Appliance.configured(Place.current().home(), folder, settings);
        try {
            appliance.start();
            appliance.warmUp();
            return new Sessions(appliance);
        } catch (IOException | InterruptedException | RuntimeException e) {
            appliance.close();
            throw e;
        }
    }

    private record Sessions(Appliance appliance) implements Stage {

        /** What it pinned in the kernel must not take part in the next arm. */
        private void release() throws IOException, InterruptedException {
            try {
                appliance.release();
            } catch (IOException e) {
                // Asked once more because it took its time, it may be gone already.
                if (ProcessHandle.of(appliance.pid()).filter(ProcessHandle::isAlive).isPresent()) {
                    throw e;
                }
            }
        }

        @Override
        public ProcessBuilder agent(Member member, List<String> command) {
            ProcessBuilder run = appliance.agent(List.of("--session", member.name(), "--priority", member.priority()), command);
            // The benchmark is not to be killed, but its children are like any agent.
            List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "echo 0 > /proc/self/oom_score_adj && exec \"$0\" \"$@\""));
            line.addAll(run.command());
            run.command(line);
            if (Emulation.HERE) {
                run.environment().put("AGENTCGROUP_TIMEOUT_MS", Integer.toString(Emulation.ANSWER_AT_MOST_MS));
            }
            return run;
        }

        @Override
        public String tier() {
            return String.valueOf(appliance.status().get("tier"));
        }

        @Override
        public void clear() throws IOException, InterruptedException {
            for (ControlGroup session : appliance.root().children()) {
                session.kill();
                session.awaitEmpty(GONE_WITHIN);
            }
        }

        @Override
        public void close() throws IOException {
            try (appliance) {
                clear();
                release();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the appliance was stopping", e);
            }
        }
    }
}
