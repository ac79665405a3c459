package io.agentcgroup.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * The commands that the C program {@code agentcgroup-start} does, because a call must not wait for a Java machine. They are
 * here so that the help lists them; {@code bin/agentcgroup} does not ask Java for them.
 */
public final class Programs {

    private Programs() {
    }

    /** {@code agentcgroup run}. */
    @Command(name = "run", description = "Start an agent in a session, with the shim in its way.")
    public static final class Run extends Program {
    }

    /** {@code agentcgroup exec}. */
    @Command(name = "exec", description = "Run one command as a tool call of a session.")
    public static final class Exec extends Program {
    }

    /** What both have in common. */
    abstract static class Program implements Subcommand, Callable<Integer> {

        @Unmatched
        private List<String> arguments = new ArrayList<>();

        @Override
        public Integer call() {
            throw new CommandException("bin/agentcgroup hands this command to agentcgroup-start; use that one");
        }
    }
}
