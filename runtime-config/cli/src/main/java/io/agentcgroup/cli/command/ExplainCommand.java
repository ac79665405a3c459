package io.agentcgroup.cli.command;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.Table;
import io.agentcgroup.cli.spi.Subcommand;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup explain CALL}. */
@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Say why a tool call got what it got: what each provider said, how far it was believed, what was granted, and what was"
                + " done to it. It may wait, run, or have ended.")
public final class ExplainCommand implements Subcommand, Callable<Integer> {

    private static final double US_PER_S = 1e6;
    private static final int LONGEST_LINE = 1_000;

    @Parameters(paramLabel = "CALL", description = "The call, as \"agentcgroup calls\" or \"agentcgroup journal\" shows it.")
    private String call;

    @Option(names = "--json", description = "Print a JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Object> reply = Place.current().control().ask("explain", Map.of("call", call));
        if (json) {
            System.out.println(Document.of("explain", reply));
        } else {
            System.out.print(table(String.valueOf(reply.get("state")), Replies.object(reply, "call")));
        }
        return 0;
    }

    private static Table table(String state, Map<String, Object> call) {
        Map<String, Object> why = Replies.object(call, "explanation");
        Table table = new Table("", "");
        table.row("call", call.get("id") + " of session " + call.get("session") + ", " + ("ended".equals(state) ? call.get("end") : state));
        table.row("command", line(call.get("command")));
        said(table, call, why);
        table.row("waited", waited(why) + " at the gate");
        Map<String, Object> waiting = Replies.object(call, "waiting");
        if (waiting.isEmpty()) {
            grant(table, "granted", Replies.object(call, "grant"));
        } else {
            table.row("waits", line(waiting.get("reason")) + " (place " + waiting.get("place") + ")");
            grant(table, "would get", Replies.object(waiting, "wanted"));
        }
        Replies.list(why, "steps").forEach(step -> table.row(step.get("at"), step.get("action") + " by " + step.get("policy") + ": "
                + line(step.get("reason"))));
        Map<String, Object> standing = Replies.object(call, "standing");
        if (!standing.isEmpty()) {
            table.row("stands", standing.get("rung") + "; was held back " + standing.get("times") + " times");
        }
        return table;
    }

    private static void said(Table table, Map<String, Object> call, Map<String, Object> why) {
        List<Map<String, Object>> intents = Replies.list(call, "intents");
        intents.forEach(intent -> table.row("said by " + intent.get("provider"), said(intent)));
        if (why.get("trust") instanceof Number trust) {
            table.row("trust", String.format(Locale.ROOT, "%.2f in what this session declares (0 none, 1 all)", trust.doubleValue()));
        }
        if (why.get("weighed") instanceof List<?> steps) {
            steps.forEach(step -> table.row("weighed", line(step)));
        }
        table.row("together", intents.isEmpty() ? "nothing is known of it" : said(Replies.object(why, "merged")));
    }

    private static void grant(Table table, String title, Map<String, Object> grant) {
        table.row(title, "by " + grant.get("policy") + ": " + line(grant.get("reason")));
        Map<String, Object> limits = Replies.object(grant, "limits");
        table.row("limits", "soft " + size(limits.get("memory_high_bytes")) + ", hard " + size(limits.get("memory_max_bytes"))
                + "; counted for " + size(grant.get("expected_bytes")));
    }

    private static String said(Map<String, Object> intent) {
        Object memory = intent.get("memory_bytes");
        return (memory == null ? "nothing of memory" : Replies.bytes(memory)) + ", confidence " + intent.get("confidence")
                + ("".equals(intent.get("reason")) ? "" : ": " + line(intent.get("reason")));
    }

    private static String size(Object bytes) {
        return "max".equals(bytes) ? "none" : bytes == null ? "not said" : Replies.bytes(bytes);
    }

    private static String waited(Map<String, Object> why) {
        Object seconds = why.get("waited_s");
        return seconds != null ? Replies.seconds(seconds, 1) : Replies.seconds(why.get("waited_us"), US_PER_S);
    }

    /** Texts of agents are in it. */
    private static String line(Object text) {
        return Replies.oneLine(text, LONGEST_LINE);
    }
}
