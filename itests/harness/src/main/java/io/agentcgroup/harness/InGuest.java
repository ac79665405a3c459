package io.agentcgroup.harness;

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

/**
 * The same command of the same distribution, in a virtual machine whose kernel can enforce.
 *
 * @param memoryMib the machine's memory
 * @param atMost what takes longer is stuck
 * @param progress gets lines that tell what takes long
 */
public record InGuest(int memoryMib, Duration atMost, Consumer<String> progress) {

    private static final String HOME = "/opt/agentcgroup";
    private static final String DOCUMENT = "document.json";

    /**
     * @param arguments of {@code agentcgroup}, without {@code --json}
     * @param json where the command's document goes; null for nowhere
     * @return the command's exit code
     * @throws GuestException when there is no guest to be had, or its time was up
     */
    public int run(List<String> arguments, Path json) throws GuestException, IOException, InterruptedException {
        return run(arguments, json, guest -> { });
    }

    /**
     * As {@link #run(List, Path)}.
     *
     * @param more what else the machine needs: files, swap, another kernel
     */
    public int run(List<String> arguments, Path json, Consumer<GuestRun.Builder> more)
            throws GuestException, IOException, InterruptedException {
        Path results = Files.createTempDirectory("agentcgroup-guest");
        Path document = results.resolve(DOCUMENT);
        try {
            List<String> command = new ArrayList<>(List.of(HOME + "/bin/agentcgroup"));
            command.addAll(arguments);
            command.addAll(List.of("--json", "/results/" + DOCUMENT));
            GuestRun.Builder guest = GuestRun.builder().memoryMib(memoryMib).addTree(Place.current().home(), HOME)
                    .env("AGENTCGROUP_WHERE", "guest").timeout(atMost).progress(progress);
            more.accept(guest);
            GuestResult result = guest.build().run(command, System.out, System.err, results);
            if (result.timedOut()) {
                throw new GuestException("The command was not done after " + atMost.toMinutes() + " minutes in the guest");
            }
            progress.accept(String.format(Locale.ROOT, "guest: kernel %s, booted in %.1f s, ran %.0f s", result.kernelRelease(),
                    result.boot().toMillis() / 1e3, result.wall().toMillis() / 1e3));
            if (json != null && Files.exists(document)) {
                Files.copy(document, json, StandardCopyOption.REPLACE_EXISTING);
            }
            return result.exitCode();
        } finally {
            Files.deleteIfExists(document);
            Files.delete(results);
        }
    }
}
