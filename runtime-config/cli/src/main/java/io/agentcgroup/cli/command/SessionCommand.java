package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentcgroup session ...}. */
@Command(name = "session", mixinStandardHelpOptions = true, subcommands = SessionCommand.Close.class,
        description = "Close one session.", synopsisSubcommandLabel = "COMMAND")
public final class SessionCommand implements Subcommand, Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    /** {@code agentcgroup session close NAME}. */
    @Command(name = "close", mixinStandardHelpOptions = true,
            description = "End a session with everything that runs in it, its agent too.")
    static final class Close implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", description = "The session.")
        private String name;

        @Override
        public Integer call() {
            Object closed = Place.current().control().ask("session-close", Map.of("session", name)).get("closed");
            if (!Boolean.TRUE.equals(closed)) {
                throw new CommandException("no session " + name + " is open");
            }
            System.out.println("session " + name + " is closed");
            return 0;
        }
    }
}
