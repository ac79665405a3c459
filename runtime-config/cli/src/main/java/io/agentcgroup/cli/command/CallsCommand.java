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

/** {@code agentcgroup calls}. */
@Command(name = "calls", mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the tool calls that run now, and those that wait at the gate.")
public final class CallsCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--session", paramLabel = "NAME", description = "Only those of this session.")
    private String session;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Object> request = new LinkedHashMap<>();
        if (session != null) {
            request.put("session", session);
        }
        Map<String, Object> reply = Place.current().control().ask("calls", request);
        if (json) {
            System.out.println(Document.of("calls", reply));
            return 0;
        }
        Table table = new Table("CALL", "SESSION", "PID", "MEMORY", "PEAK", "CPU", "SINCE", "COMMAND");
        for (Map<String, Object> call : Replies.list(reply, "calls")) {
            Map<String, Object> usage = Replies.object(call, "usage");
            table.row(call.get("id"), call.get("session"), call.get("pid"),
                    Replies.bytes(usage.get("memory_current_bytes")), Replies.bytes(usage.get("memory_peak_bytes")),
                    Replies.seconds(usage.get("cpu_usage_us"), 1e6), call.get("received"),
                    Replies.oneLine(call.get("command")));
        }
        System.out.print(table);
        printWaiting(Replies.list(reply, "waiting"));
        return 0;
    }

    private static void printWaiting(List<Map<String, Object>> calls) {
        if (calls.isEmpty()) {
            return;
        }
        System.out.println();
        Table table = new Table("WAITS", "SESSION", "PLACE", "FOR", "AT MOST", "WHY", "COMMAND");
        for (Map<String, Object> call : calls) {
            Map<String, Object> waiting = Replies.object(call, "waiting");
            table.row(call.get("id"), call.get("session"), waiting.get("place"), Replies.seconds(waiting.get("waited_s"), 1),
                    Replies.seconds(waiting.get("at_most_s"), 1), Replies.oneLine(waiting.get("reason")), Replies.oneLine(call.get("command")));
        }
        System.out.print(table);
    }
}
