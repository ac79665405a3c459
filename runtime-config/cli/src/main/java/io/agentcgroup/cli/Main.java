package io.agentcgroup.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

import io.agentcgroup.cli.spi.Subcommand;
import io.agentcgroup.launcher.LaunchException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The one command: those below it are found on the class path. */
@Command(name = "agentcgroup", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Every tool call of an AI coding agent in its own cgroup.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 success, 1 failure, 2 usage.",
            "Folders: AGENTCGROUP_RUN_DIR (/run/agentcgroup), AGENTCGROUP_STATE_DIR (/var/lib/agentcgroup),",
            "AGENTCGROUP_CONF_DIR (/etc/agentcgroup if there, else the distribution's own)."})
public final class Main implements Runnable {

    private static final int HELP_COLUMNS = 110;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        List<Subcommand> subcommands = ServiceLoader.load(Subcommand.class).stream().map(ServiceLoader.Provider::get)
                .toList();
        subcommands.stream().map(CommandLine::new).sorted(Comparator.comparing(CommandLine::getCommandName))
                .forEach(command -> commandLine.addSubcommand(command));
        commandLine.addSubcommand(new HelpCommand());
        commandLine.setUsageHelpWidth(HELP_COLUMNS);
        reflow(commandLine);
        commandLine.setExecutionExceptionHandler(Main::explain);
        return commandLine;
    }

    /** Sentences that go on in the next line of the source are put together again: where they are broken is the reader's width's affair. */
    private static void reflow(CommandLine commandLine) {
        List<String> lines = new ArrayList<>();
        for (String line : commandLine.getCommandSpec().usageMessage().footer()) {
            int last = lines.size() - 1;
            if (last >= 0 && lines.get(last).matches("\\S.*[^.:]") && line.matches("\\S.*")) {
                lines.set(last, lines.get(last) + " " + line);
            } else {
                lines.add(line);
            }
        }
        commandLine.getCommandSpec().usageMessage().footer(lines.toArray(String[]::new));
        commandLine.getSubcommands().values().forEach(Main::reflow);
    }

    /** What went wrong in one sentence where we know it; with the stack trace where we do not. */
    private static int explain(Exception failure, CommandLine commandLine, CommandLine.ParseResult result) {
        if (failure instanceof CommandException || failure instanceof LaunchException) {
            commandLine.getErr().println("agentcgroup: " + failure.getMessage());
        } else {
            failure.printStackTrace(commandLine.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say which command");
    }
}
