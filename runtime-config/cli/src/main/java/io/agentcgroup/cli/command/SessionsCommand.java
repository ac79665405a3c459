package io.agentcgroup.cli.command;

import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup sessions}. */
@Command(name = "sessions", mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the open sessions and what they use.")
public final class SessionsCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Object> reply = Place.current().control().ask("sessions", Map.of());
        if (json) {
            System.out.println(Document.of("sessions", reply));
            return 0;
        }
        Table table = new Table("SESSION", "PRIORITY", "MEMORY", "BUDGET", "CALLS", "ENDED", "BACKGROUND", "SERVICES", "BACKGROUND MEMORY");
        for (Map<String, Object> session : Replies.list(reply, "sessions")) {
            table.row(session.get("name"), session.get("priority"),
                    Replies.bytes(Replies.object(session, "usage").get("memory_current_bytes")),
                    Replies.bytes(session.get("memory_budget_bytes")), session.get("running_calls"),
                    session.get("ended_calls"), session.get("background_processes"), session.get("service_processes"),
                    Replies.bytes(Replies.object(session, "background_usage").get("memory_current_bytes")));
        }
        System.out.print(table);
        return 0;
    }
}
