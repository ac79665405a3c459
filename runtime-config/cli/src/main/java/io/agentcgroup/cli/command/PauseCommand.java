package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup pause CALL}. */
@Command(name = "pause", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Stop the processes of one running tool call for a while. Its agent is told.",
        footer = {"", "It goes on by itself in the end, and earlier by: agentcgroup thaw CALL"})
public final class PauseCommand implements Subcommand, Callable<Integer> {

    @Parameters(paramLabel = "CALL", description = "The call, as \"agentcgroup calls\" shows it.")
    private String call;

    @Option(names = "--for", paramLabel = "SECONDS", defaultValue = "120", description = "For how long at most, up to 600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() {
        Object paused = Place.current().control().ask("call-pause", Map.of("call", call, "at_most_s", seconds)).get("paused");
        if (!Boolean.TRUE.equals(paused)) {
            throw new CommandException("no call " + call + " runs");
        }
        System.out.println("call " + call + " is paused for at most " + seconds + " s");
        return 0;
    }
}
