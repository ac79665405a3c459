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

/** {@code agentcgroup journal}. */
@Command(name = "journal", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show the tool calls that ended last, the newest last.",
        footer = {"", "All of them are in tool-calls.jsonl in the state folder, one JSON object a line."})
public final class JournalCommand implements Subcommand, Callable<Integer> {

    @Option(names = "--session", paramLabel = "NAME", description = "Only those of this session.")
    private String session;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "At most N; ${DEFAULT-VALUE} by default.")
    private int limit;

    @Option(names = "--events", description = "Show what is no call: sessions, unreadable hints, actions taken.")
    private boolean events;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("limit", limit);
        if (session != null) {
            request.put("session", session);
        }
        Map<String, Object> reply = Place.current().control().ask(events ? "events" : "journal", request);
        if (json) {
            System.out.println(Document.of(events ? "events" : "journal", reply));
        } else {
            System.out.print(events ? events(Replies.list(reply, "events")) : calls(Replies.list(reply, "entries")));
        }
        return 0;
    }

    private static Table events(List<Map<String, Object>> events) {
        Table table = new Table("TIME", "KIND", "SESSION", "MESSAGE");
        events.forEach(event -> table.row(event.get("time"), event.get("kind"), event.get("session"),
                Replies.oneLine(event.get("message"))));
        return table;
    }

    private static Table calls(List<Map<String, Object>> calls) {
        Table table = new Table("ENDED", "CALL", "SESSION", "END", "EXIT", "PEAK", "TIME", "COMMAND");
        for (Map<String, Object> call : calls) {
            Object signal = call.get("signal");
            table.row(call.get("ended"), call.get("id"), call.get("session"), call.get("end"),
                    signal == null ? call.get("exit_code") : "signal " + signal,
                    Replies.bytes(Replies.object(call, "usage").get("memory_peak_bytes")),
                    Replies.seconds(call.get("duration_us"), 1e6),
                    Replies.oneLine(call.get("command")));
        }
        return table;
    }
}
