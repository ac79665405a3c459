package io.agentcgroup.bench;

import io.agentcgroup.bench.console.ConsoleCommand;
import io.agentcgroup.bench.density.DensityCommand;
import io.agentcgroup.bench.isolation.IsolationCommand;
import io.agentcgroup.bench.negotiation.NegotiationCommand;
import io.agentcgroup.bench.swap.SwapCommand;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code agentcgroup bench}: what AgentCgroup costs, and what it withstands. */
@Command(name = "bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "BENCHMARK",
        description = "Measure what AgentCgroup costs, and what it withstands.",
        subcommands = {ShimCommand.class, FootprintCommand.class, CallsCommand.class, CrashCommand.class,
            IsolationCommand.class, DensityCommand.class, ReactionCommand.class, OverheadCommand.class, SchedCommand.class,
            SwapCommand.class, NegotiationCommand.class, ConsoleCommand.class})
public final class BenchCommand implements Subcommand, Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which benchmark");
    }
}
