package io.agentcgroup.demo;

import io.agentcgroup.cli.Place;
import io.agentcgroup.vm.GuestException;
import io.agentcgroup.vm.GuestResult;
import io.agentcgroup.vm.GuestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The same command in a virtual machine whose kernel can enforce: one boot for both arms. */
final class DemoInGuest {

    private static final String HOME_IN_GUEST = "/opt/agentcgroup";

    /** Both arms take two minutes on an emulated machine; what takes five times that is stuck. */
    private static final Duration AT_MOST = Duration.ofMinutes(12);

    /** For the kernel, the appliance, this program and the page cache, beside the sessions. */
    private static final int SYSTEM_MIB = 1024;

    private final Consumer<String> progress;

    DemoInGuest(Consumer<String> progress) {
        this.progress = progress;
    }

    /**
     * @param arguments of the command
     * @param json where the guest's document goes; null for nowhere
     * @return the command's exit code
     */
    int run(List<String> arguments, Scenario scenario, Path json) throws GuestException, IOException, InterruptedException {
        progress.accept("This host's kernel cannot limit memory by cgroup v2: using a virtual machine.");
        Path results = Files.createTempDirectory("agentcgroup-demo");
        List<String> command = new ArrayList<>(List.of(HOME_IN_GUEST + "/bin/agentcgroup", "demo", "--json", "/results/demo.json"));
        command.addAll(arguments);
        // No session can use more than its budget, so the machine itself never runs out.
        long sessionsMib = scenario.agents().size() * (scenario.memoryBytes() >> 20);
        GuestResult result = GuestRun.builder().memoryMib(Math.toIntExact(sessionsMib + SYSTEM_MIB))
                .addTree(Place.current().home(), HOME_IN_GUEST).env("AGENTCGROUP_WHERE", "guest").timeout(AT_MOST)
                .progress(progress).build().run(command, System.out, System.err, results);
        if (result.timedOut()) {
            throw new GuestException("The demo was not done after " + AT_MOST.toMinutes() + " minutes");
        }
        progress.accept(String.format(Locale.ROOT, "guest: kernel %s, ran %.0f s", result.kernelRelease(),
                result.wall().toMillis() / 1e3));
        Path document = results.resolve("demo.json");
        if (json != null && Files.exists(document)) {
            Files.copy(document, json, StandardCopyOption.REPLACE_EXISTING);
        }
        return result.exitCode();
    }
}
