package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup end CALL}. */
@Command(name = "end", mixinStandardHelpOptions = true,
        description = "End one running tool call, and nothing else. Its agent is told.")
public final class EndCommand implements Subcommand, Callable<Integer> {

    @Parameters(paramLabel = "CALL", description = "The call, as \"agentcgroup calls\" shows it.")
    private String call;

    @Override
    public Integer call() {
        Object ended = Place.current().control().ask("call-end", Map.of("call", call)).get("ended");
        if (!Boolean.TRUE.equals(ended)) {
            throw new CommandException("no call " + call + " runs");
        }
        System.out.println("call " + call + " is ended");
        return 0;
    }
}
