package io.agentcgroup.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup status}. */
@Command(name = "status", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Say whether the appliance runs, and how.",
        footer = {"", "Exit codes: 0 it runs, warnings or not; 1 it does not run, or a health check is critical; 2 usage."})
public final class StatusCommand implements Subcommand, Callable<Integer> {

    private static final String HEALTH = "health";
    private static final String CRITICAL = "critical";
    /** Characters of a reason: names of plug-ins and their faults are in it, whose authors may be wordy. */
    private static final int REASON = 400;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Place place = Place.current();
        Map<String, Object> status = new LinkedHashMap<>(place.control().ask("status", Map.of()));
        place.daemon().ifPresent(process -> status.put("pid", process.pid()));
        status.put(HEALTH, health(place));
        status.put("run", place.run().toString());
        status.put("state", place.state().toString());
        status.put("deploy", place.state().resolve("deploy").toString());
        status.put("log", place.log().toString());
        if (json) {
            System.out.println(Document.of("status", status));
        } else {
            print(status);
        }
        return CRITICAL.equals(Replies.object(status, HEALTH).get("level")) ? 1 : 0;
    }

    /** Without the feature there is nobody who knows; that is no reason to say nothing at all. */
    private static Map<String, Object> health(Place place) {
        Map<String, Object> health = new LinkedHashMap<>();
        try {
            Map<String, Object> reply = place.control().ask(HEALTH, Map.of());
            health.put("level", reply.get("level"));
            health.put("checks", reply.get("checks"));
        } catch (CommandException e) {
            health.put("level", "unknown");
            health.put("reason", e.getMessage());
        }
        return health;
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
        print(Replies.object(status, HEALTH), table);
        // Only what has happened: two dozen zeros say nothing.
        Replies.object(status, "counters").forEach((name, count) -> {
            if (!Integer.valueOf(0).equals(count)) {
                table.row(name.replace("_total", "").replace('_', ' '), count);
            }
        });
        List.of("deploy", "run", "state", "log").forEach(name -> table.row(name, status.get(name)));
        System.out.print(table);
    }

    /** What is well is counted, what is not is said. */
    private static void print(Map<String, Object> health, Table table) {
        List<Map<String, Object>> checks = Replies.list(health, "checks");
        table.row(HEALTH, health.containsKey("reason") ? health.get("reason")
                : health.get("level") + ", " + checks.size() + " checks");
        checks.stream().filter(one -> !"ok".equals(one.get("level"))).forEach(one -> table.row(
                String.valueOf(one.get("level")).toUpperCase(Locale.ROOT), one.get("name") + ": " + Replies.oneLine(one.get("reason"), REASON)));
    }
}
