package io.agentcgroup.bench;

import io.agentcgroup.harness.InGuest;
import io.agentcgroup.vm.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a benchmark can do: run here or, with the same options, in a virtual machine, and write its result as data. */
public abstract class Benchmark implements Callable<Integer> {

    private static final String GUEST = "--guest";
    private static final String JSON = "--json";

    private final int guestMib;
    private final Duration guestAtMost;

    @Spec
    private CommandSpec spec;

    @Option(names = JSON, paramLabel = "FILE", description = "Write the result as data too, with every single value.")
    private Path json;

    @Option(names = GUEST, description = "In a virtual machine with a stock kernel, where there are all controllers and limits.")
    private boolean guest;

    /**
     * @param guestMib memory of the virtual machine
     * @param guestAtMost what takes longer there is stuck
     */
    protected Benchmark(int guestMib, Duration guestAtMost) {
        this.guestMib = guestMib;
        this.guestAtMost = guestAtMost;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException, GuestException {
        return guest ? new InGuest(guestMib, guestAtMost, System.err::println).run(said(), json) : here();
    }

    /** Measures on this host, and prints. @return the command's exit code */
    protected abstract int here() throws IOException, InterruptedException;

    /** Writes the result as data, if that was asked for. */
    protected final void publish(String document) throws IOException {
        if (json != null) {
            Files.writeString(json, document + "\n");
        }
    }

    private List<String> said() {
        List<String> said = new ArrayList<>(List.of("bench", spec.name()));
        said.addAll(GivenOptions.of(spec, Set.of(GUEST, JSON)));
        return said;
    }
}
