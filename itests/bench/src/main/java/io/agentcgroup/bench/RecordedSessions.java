package io.agentcgroup.bench;

import io.agentcgroup.replay.Trace;
import io.agentcgroup.replay.TraceReader;
import io.agentcgroup.vm.GuestException;
import io.agentcgroup.vm.GuestRun;
import io.agentcgroup.vm.KernelChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which recorded agents a benchmark replays, and the virtual machine for that. */
public final class RecordedSessions {

    /** In the virtual machine these are said anew, or not at all. */
    private static final Set<String> NOT_IN_GUEST = Set.of("--high", "--low", "--kernel", "--guest", "--json");

    /**
     * With these features a kernel clears pages by {@code rep stosb}, which an emulated processor carries out byte by byte: a
     * page fault takes twice as long, and nothing else is measured any more.
     */
    private static final String CLEAR_PAGES_BY_WORDS = "clearcpuid=erms,fsrm";

    @Option(names = "--high", required = true, paramLabel = "TRACE", description = "What the session with high priority does.")
    private Path high;

    @Option(names = "--low", required = true, paramLabel = "TRACE", description = "What sessions with low priority do; several times for several.")
    private List<Path> lows;

    @Option(names = "--declare", description = "Each call declares its recorded peak.")
    private boolean declare;

    @Option(names = "--kernel", paramLabel = "NAME|FILE", defaultValue = "stock",
            description = "Of the virtual machine, as for agentcgroup vm; ${DEFAULT-VALUE} by default.")
    private String kernel;

    /** @throws IllegalArgumentException if it cannot be read */
    public Trace high() {
        return TraceReader.read(high);
    }

    /** @throws IllegalArgumentException if one cannot be read */
    public List<Trace> lows() {
        return lows.stream().map(TraceReader::read).toList();
    }

    public boolean declare() {
        return declare;
    }

    /** @throws GuestException when it is neither a stock kernel nor a file */
    public KernelChoice kernel() throws GuestException {
        return KernelChoice.parse(kernel);
    }

    /** Brings the traces into the machine, which is to be as fast as it can. */
    public void bringInto(GuestRun.Builder machine, KernelChoice choice) {
        machine.kernel(choice).kernelArguments(CLEAR_PAGES_BY_WORDS).add(high, inGuest(0, high));
        for (int i = 0; i < lows.size(); i++) {
            machine.add(lows.get(i), inGuest(i + 1, lows.get(i)));
        }
    }

    /** @return the command that is being carried out, with the traces where {@link #bringInto} brings them */
    public List<String> commandInGuest(CommandSpec command) {
        List<String> arguments = new ArrayList<>(List.of("bench", command.name(), "--high", inGuest(0, high)));
        for (int i = 0; i < lows.size(); i++) {
            arguments.addAll(List.of("--low", inGuest(i + 1, lows.get(i))));
        }
        arguments.addAll(GivenOptions.of(command, NOT_IN_GUEST));
        return arguments;
    }

    /** Two files of the same name stay two files. */
    private static String inGuest(int number, Path trace) {
        return "/root/traces/" + number + "/" + trace.getFileName();
    }
}
