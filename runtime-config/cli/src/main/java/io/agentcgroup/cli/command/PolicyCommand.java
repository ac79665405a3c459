package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

/** {@code agentcgroup policy ...}; without a word more it is {@code policy list}. */
@Command(name = "policy", mixinStandardHelpOptions = true, sortOptions = false, synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {PolicyCommand.Show.class, PolicyCommand.Use.class, PolicyCommand.Reset.class, PolicyCommand.RollBack.class},
        description = "Say which policy decides what a call gets, or let another one decide. Without COMMAND: list.",
        footer = {"", "What is chosen counts from the next call on, over restarts too, until the engine's setting \"policy\" is changed.",
            "Running calls keep their limits."})
public final class PolicyCommand implements Subcommand, Callable<Integer> {

    /** Characters of a sentence: the key of a plug-in is in it, whose author may be wordy. */
    private static final int SENTENCE = 300;

    @Option(names = "--json", description = "Print a JSON document.", scope = ScopeType.INHERIT)
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Object> reply = ask("policy", Map.of());
        if (!json) {
            Table table = new Table("POLICY", "DECIDES", "ASKED", "FAULTS", "CLASS");
            Replies.list(reply, "policies").forEach(policy -> table.row(Replies.oneLine(policy.get("name")),
                    Boolean.TRUE.equals(policy.get("in_use")) ? "yes" : "no", policy.get("calls"), policy.get("faults"),
                    policy.get("implementation")));
            System.out.print(table);
            System.out.println(sentence(reply));
        }
        return 0;
    }

    private int change(String operation, Map<String, ?> parameters) {
        Map<String, Object> reply = ask(operation, parameters);
        if (!json) {
            System.out.println(sentence(reply));
        }
        return 0;
    }

    private Map<String, Object> ask(String operation, Map<String, ?> parameters) {
        Map<String, Object> reply = Place.current().control().ask(operation, parameters);
        if (json) {
            System.out.println(Document.of(operation, reply));
        }
        return reply;
    }

    private static String sentence(Map<String, Object> reply) {
        return Replies.oneLine(reply.get("in_words"), SENTENCE);
    }

    /** {@code agentcgroup policy list}. */
    @Command(name = "list", mixinStandardHelpOptions = true,
            description = "List the policies, the first to be asked first, and say by whose word that is the order.")
    static final class Show implements Callable<Integer> {

        @ParentCommand
        private PolicyCommand policy;

        @Override
        public Integer call() {
            return policy.call();
        }
    }

    /** {@code agentcgroup policy use NAME}. */
    @Command(name = "use", mixinStandardHelpOptions = true, description = "Let one policy go before all others.")
    static final class Use implements Callable<Integer> {

        @ParentCommand
        private PolicyCommand policy;

        @Parameters(paramLabel = "NAME", description = "The policy, as \"agentcgroup policy\" shows it, or the symbolic name of its bundle.")
        private String name;

        @Override
        public Integer call() {
            return policy.change("policy-use", Map.of("policy", name));
        }
    }

    /** {@code agentcgroup policy reset}. */
    @Command(name = "reset", mixinStandardHelpOptions = true,
            description = "Take back whatever was chosen: the engine's configuration and the service rankings say who decides.")
    static final class Reset implements Callable<Integer> {

        @ParentCommand
        private PolicyCommand policy;

        @Override
        public Integer call() {
            return policy.change("policy-reset", Map.of());
        }
    }

    /** {@code agentcgroup policy roll-back}. */
    @Command(name = "roll-back", mixinStandardHelpOptions = true, description = "Take back the last \"use\" or \"reset\", once.")
    static final class RollBack implements Callable<Integer> {

        @ParentCommand
        private PolicyCommand policy;

        @Override
        public Integer call() {
            return policy.change("policy-roll-back", Map.of());
        }
    }
}
