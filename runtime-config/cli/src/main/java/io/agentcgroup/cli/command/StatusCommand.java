package io.agentcgroup.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
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
            System.out.println("AgentCgroup runs as process " + status.get("pid") + ", tier " + status.get("tier"));
            status.forEach((name, value) -> System.out.printf("  %-16s %s%n", name.replace('_', ' '), value));
        }
        return 0;
    }
}
