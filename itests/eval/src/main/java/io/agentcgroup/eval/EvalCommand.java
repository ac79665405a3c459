package io.agentcgroup.eval;

import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup eval}. */
@Command(name = "eval", mixinStandardHelpOptions = true, subcommands = IntentsCommand.class,
        description = "Measure the parts of AgentCgroup that decide, on recorded runs.", synopsisSubcommandLabel = "COMMAND")
public final class EvalCommand implements Subcommand, Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to evaluate");
    }
}
