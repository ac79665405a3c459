package io.agentcgroup.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup status}. */
@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Say whether the appliance runs, and how. Exit code 1 when it does not.")
public final class StatusCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Place place = Place.current();
        Map<String, Object> status = new LinkedHashMap<>(place.control().ask("status", Map.of()));
        place.daemon().ifPresent(process -> status.put("pid", process.pid()));
        status.put("run", place.run().toString());
        status.put("state", place.state().toString());
        status.put("deploy", place.state().resolve("deploy").toString());
        status.put("log", place.log().toString());
        if (json) {
            System.out.println(Document.of("status", status));
        } else {
            print(status);
        }
        return 0;
    }

    private static void print(Map<String, Object> status) {
        String tier = String.valueOf(status.get("tier"));
        System.out.println("AgentCgroup runs as process " + status.get("pid") + ", tier " + tier);
        System.out.println(Tiers.inWords(tier));
        if (!Boolean.TRUE.equals(status.get("ready"))) {
            System.out.println("NOT READY, calls get no cgroup; missing: " + status.get("missing"));
        }
        Table table = new Table("", "");
        table.row("up", Replies.seconds(status.get("uptime_s"), 1));
        table.row("sessions", status.get("sessions"));
        table.row("calls running", status.get("calls"));
        table.row("calls waiting", status.get("waiting"));
        table.row("policy", status.get("policy"));
        Replies.list(status, "plugins").stream().filter(one -> one.get("fenced") != null)
                .forEach(one -> table.row("FENCED " + one.get("kind"), one.get("name") + ": " + Replies.oneLine(one.get("last_fault"))));
        // Only what has happened: two dozen zeros say nothing.
        Replies.object(status, "counters").forEach((name, count) -> {
            if (!Integer.valueOf(0).equals(count)) {
                table.row(name.replace("_total", "").replace('_', ' '), count);
            }
        });
        List.of("deploy", "run", "state", "log").forEach(name -> table.row(name, status.get(name)));
        System.out.print(table);
    }
}
