package io.agentcgroup.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code agentcgroup session ...}. */
@Command(name = "session", mixinStandardHelpOptions = true, subcommands = {SessionCommand.Change.class, SessionCommand.Close.class},
        description = "Change or close one session.", synopsisSubcommandLabel = "COMMAND")
public final class SessionCommand implements Subcommand, Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    /** {@code agentcgroup session change NAME}. */
    @Command(name = "change", mixinStandardHelpOptions = true, sortOptions = false,
            description = "Give an open session another priority or budget. Running calls keep what they were granted.")
    static final class Change implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "The session.")
        private String name;

        @Option(names = "--priority", paramLabel = "PRIORITY", description = "high, normal or low.")
        private String priority;

        @Option(names = "--memory", paramLabel = "SIZE", description = "The budget of the whole session, such as 1536m or 2g.")
        private String memory;

        @Override
        public Integer call() {
            if (priority == null && memory == null) {
                throw new ParameterException(spec.commandLine(), "say --priority, --memory, or both");
            }
            ControlClient daemon = Place.current().control();
            Map<String, Object> open = Replies.list(daemon.ask("sessions", Map.of()), "sessions").stream().filter(one -> name.equals(one.get("name")))
                    .findFirst().orElseThrow(() -> new CommandException("no session " + name + " is open"));
            // Opening what is open changes it, for its owner only.
            Map<String, Object> request = new LinkedHashMap<>(Map.of("session", name, "uid", open.get("uid"), "gid", open.get("gid")));
            if (priority != null) {
                request.put("priority", priority);
            }
            if (memory != null) {
                request.put("memory_bytes", Quantity.parseBytes(memory)
                        .orElseThrow(() -> new ParameterException(spec.commandLine(), "--memory is a size such as 1536m or 2g")));
            }
            Map<String, Object> changed = Replies.object(daemon.ask("session-open", request), "session");
            Object budget = changed.get("memory_budget_bytes");
            System.out.println("session " + name + " has priority " + changed.get("priority") + " and "
                    + (budget == null ? "no memory budget of its own" : Replies.bytes(budget)));
            return 0;
        }
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
