package io.agentcgroup.cli.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code agentcgroup doctor}. */
@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Say what this host offers, which tier of enforcement follows, and why.",
        footer = {"", "Works without a running appliance too, and leaves nothing behind.",
            "Tiers, the strongest first: memcg-bpf, sched-ext, cgroup, observe."})
public final class DoctorCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Place place = Place.current();
        boolean running = place.control().answers();
        Map<String, Object> examined = running ? place.control().ask("doctor", Map.of()) : Examination.of(place);
        if (json) {
            System.out.println(Document.of("doctor", examined));
        } else {
            print(examined, running);
        }
        return 0;
    }

    private static void print(Map<String, Object> examined, boolean running) {
        String tier = String.valueOf(examined.get("tier"));
        System.out.println("tier " + tier + (running ? ", as the running appliance sees it" : " (the appliance does not run)"));
        System.out.println(Tiers.inWords(tier));
        System.out.println();
        System.out.print(table("TIER", Replies.list(examined, "tiers")));
        System.out.println();
        System.out.print(table("FEATURE", Replies.list(examined, "features")));
    }

    private static Table table(String head, List<Map<String, Object>> capabilities) {
        Table table = new Table(head, "", "REASON");
        capabilities.forEach(capability -> table.row(capability.get("name"),
                Boolean.TRUE.equals(capability.get("available")) ? "yes" : "no", capability.get("reason")));
        return table;
    }
}
