package io.agentcgroup.simulate;

import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Table;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results for people and as data: {@code agentcgroup.simulate/v1}. */
final class Report {

    private static final List<String> COLUMNS = List.of("policy", "sessions", "memory", "kills", "finished", "makespan", "high P95 x alone", "waited");

    private final List<Map<String, String>> varied;
    private final List<Result> results;
    private final double tookS;

    /**
     * @param varied what each result differs in; empty when there is one
     * @param tookS real time
     */
    Report(List<Map<String, String>> varied, List<Result> results, double tookS) {
        this.varied = varied;
        this.results = results;
        this.tookS = tookS;
    }

    String text() {
        List<String> knobs = varied.isEmpty() ? List.of() : varied.get(0).keySet().stream().filter(name -> name.contains(":")).toList();
        List<String> heads = new ArrayList<>(knobs.stream().map(name -> name.substring(name.indexOf(':') + 1)).toList());
        heads.addAll(COLUMNS);
        Table table = new Table(heads.toArray(String[]::new));
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            List<Object> row = new ArrayList<>();
            for (String knob : knobs) {
                row.add(varied.get(i).get(knob));
            }
            row.addAll(List.of(result.scenario().policy(), result.scenario().members().size(),
                    Math.round(result.scenario().machine().memoryBytes() / 1e6) + " MB", result.kills(),
                    result.refused() == null ? result.finished() + (result.timedOut() ? ", time was up" : "") : "refused: " + result.refused(),
                    String.format(Locale.ROOT, "%.1f s", result.makespanS()),
                    result.highP95Ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", result.highP95Ratio()),
                    String.format(Locale.ROOT, "%.1f s", result.waitedS())));
            table.row(row.toArray());
        }
        return String.format(Locale.ROOT, "%s%n%d configurations in %.1f s.%n", table, results.size(), tookS);
    }

    String json(Instant started) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tier", results.get(0).scenario().tier().label());
        fields.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("where", "simulated");
        fields.put("took_s", tookS);
        if (results.size() == 1) {
            fields.putAll(result(0));
        }
        List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            all.add(result(i));
        }
        fields.put("configurations", all);
        return Document.of("simulate", fields);
    }

    private Map<String, Object> result(int number) {
        Result result = results.get(number);
        Scenario scenario = result.scenario();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("varied", varied.isEmpty() ? Map.of() : varied.get(number));
        fields.put("policy", scenario.policy());
        fields.put("sessions", scenario.members().size());
        fields.put("memory_bytes", scenario.machine().memoryBytes());
        fields.put("system_bytes", scenario.machine().systemBytes());
        fields.put("speed", scenario.scale().speed());
        fields.put("declared", scenario.declare());
        fields.put("settings", scenario.settings());
        fields.put("traces", scenario.members().stream().map(member -> member.trace().name()).toList());
        fields.put("kills", result.kills());
        fields.put("oom_kills", result.oomKills());
        fields.put("finished", result.finished());
        fields.put("makespan_s", result.makespanS());
        fields.put("high_p95_ms", result.highP95Ms());
        fields.put("high_p95_ratio", result.highP95Ratio());
        fields.put("waited_s", result.waitedS());
        fields.put("refused", result.refused());
        fields.put("timed_out", result.timedOut());
        fields.put("noted", result.noted());
        fields.put("completion_s", result.sessions());
        fields.put("took_ms", result.took());
        return fields;
    }
}
