package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup thaw CALL}. */
@Command(name = "thaw", mixinStandardHelpOptions = true, description = "Let a paused tool call go on. Its agent is told.")
public final class ThawCommand implements Subcommand, Callable<Integer> {

    @Parameters(paramLabel = "CALL", description = "The call, as \"agentcgroup calls\" shows it.")
    private String call;

    @Override
    public Integer call() {
        Object thawed = Place.current().control().ask("call-thaw", Map.of("call", call)).get("thawed");
        if (!Boolean.TRUE.equals(thawed)) {
            throw new CommandException("no call " + call + " is paused");
        }
        System.out.println("call " + call + " goes on");
        return 0;
    }
}
