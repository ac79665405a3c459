package io.agentcgroup.simulate;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Document;
import io.agentcgroup.cli.Table;
import io.agentcgroup.replay.Scale;
import io.agentcgroup.replay.Trace;
import io.agentcgroup.replay.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a document of {@code bench density} measured in the guest, simulated. Two figures of the machine, how fast memory is taken and what a
 * call costs, are fitted to the runs of the high session alone; nothing else is.
 */
final class Validation {

    private static final String SCHEMA = "agentcgroup.bench-density/v1";
    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;
    /** From an emulated machine to a good real one. */
    private static final double SLOWEST_FILL = 2e7;
    private static final double FASTEST_FILL = 5e9;
    private static final double ROUGH_FILL_STEP = 1.4;
    private static final double FINE_FILL_STEP = 1.06;
    private static final int DEAREST_CALL_MS = 400;
    private static final int ROUGH_CALL_STEP_MS = 25;
    private static final int FINE_CALL_STEP_MS = 5;
    private static final int GUEST_CPUS = 2;

    private final Map<String, Object> measured;
    private final Path folder;
    private final Simulation simulation;
    private final Map<String, Trace> traces = new HashMap<>();
    private final Scale scale;
    private final double aloneMs;
    private final double aloneS;
    private final Machine fitted;
    private final List<Pair> pairs = new ArrayList<>();

    /** A configuration, measured and simulated. */
    private record Pair(String arm, Map<?, ?> guest, Result simulated, double guestMakespanS) {

        int guestInt(String field) {
            return ((Number) guest.get(field)).intValue();
        }

        Double guestRatio() {
            return guest.get("high_p95_ratio") instanceof Number number && guestInt("kills") == 0 ? number.doubleValue() : null;
        }

        double makespanError() {
            return Math.abs(simulated.makespanS() - guestMakespanS) / guestMakespanS;
        }

        OptionalDouble ratioError() {
            return guestRatio() == null || simulated.highP95Ratio() == null ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.abs(simulated.highP95Ratio() - guestRatio()) / guestRatio());
        }

        boolean sameKills() {
            return (simulated.kills() > 0) == (guestInt("kills") > 0);
        }
    }

    /** @param folder where the traces are that the document names */
    Validation(Path document, Path folder, Plugins plugins) {
        this.folder = folder;
        this.simulation = new Simulation(plugins);
        try {
            this.measured = JSON.std.mapFrom(Files.readString(document));
        } catch (IOException e) {
            throw new CommandException(document + " cannot be read: " + e.getMessage(), e);
        }
        if (!SCHEMA.equals(measured.get("schema")) || !measured.containsKey("alone_completion_s")) {
            throw new CommandException(document + " is no " + SCHEMA + " document");
        }
        this.scale = new Scale(number(measured, "speed"), Math.round(number(measured, "extra_bytes")));
        this.aloneMs = median("alone_p95_ms");
        this.aloneS = median("alone_completion_s");
        this.fitted = fit();
        for (Object arm : (List<?>) measured.get("arms")) {
            compare((Map<?, ?>) arm);
        }
        if (pairs.isEmpty()) {
            throw new CommandException(document + " has no step that can be simulated");
        }
    }

    private static double number(Map<?, ?> from, String field) {
        return ((Number) Objects.requireNonNull(from.get(field), field)).doubleValue();
    }

    private double median(String field) {
        List<Double> values = ((List<?>) measured.get(field)).stream().map(value -> ((Number) value).doubleValue()).sorted().toList();
        return values.get(values.size() / 2);
    }

    private Trace trace(String name) {
        return traces.computeIfAbsent(name, wanted -> {
            Path compressed = folder.resolve(wanted + ".json.gz");
            return TraceReader.read(Files.exists(compressed) ? compressed : folder.resolve(wanted + ".json"));
        });
    }

    private Scenario scenario(String policy, Machine machine, int sessions) {
        List<?> lows = (List<?>) measured.get("low");
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            members.add(new Member(new SessionName("s" + i), i == 0 ? Priority.HIGH : Priority.LOW,
                    trace(i == 0 ? (String) measured.get("high") : (String) lows.get((i - 1) % lows.size()))));
        }
        String tier = String.valueOf(measured.get("tier"));
        return new Scenario(policy, machine, Tier.SCHED_EXT.label().equals(tier) ? Tier.SCHED_EXT : Tier.CGROUP, members, scale,
                Math.round(number(measured, "stagger_s") * NS_PER_S), Map.of(), Boolean.TRUE.equals(measured.get("declared")));
    }

    /** @return the machine with which the high session alone is nearest to what it was in the guest: roughly, then more closely */
    private Machine fit() {
        Fit rough = nearest(SLOWEST_FILL, FASTEST_FILL, ROUGH_FILL_STEP, 0, DEAREST_CALL_MS, ROUGH_CALL_STEP_MS);
        int callMs = (int) Math.round(rough.machine().callCostNs() / NS_PER_MS);
        double fill = rough.machine().fillBytesPerS();
        return nearest(fill / ROUGH_FILL_STEP, fill * ROUGH_FILL_STEP, FINE_FILL_STEP, Math.max(0, callMs - ROUGH_CALL_STEP_MS),
                callMs + ROUGH_CALL_STEP_MS, FINE_CALL_STEP_MS).machine();
    }

    private record Fit(Machine machine, double off) {
    }

    private Fit nearest(double fillFrom, double fillTo, double fillStep, int callFromMs, int callToMs, int callStepMs) {
        Fit nearest = new Fit(null, Double.MAX_VALUE);
        for (double fill = fillFrom; fill <= fillTo; fill *= fillStep) {
            for (int callMs = callFromMs; callMs <= callToMs; callMs += callStepMs) {
                Machine machine = machine(number(measured, "available_bytes"), fill, callMs);
                double off = off(simulation.once(scenario(Scenario.NONE, machine, 1)));
                if (off < nearest.off()) {
                    nearest = new Fit(machine, off);
                }
            }
        }
        if (nearest.machine() == null) {
            throw new CommandException("the high session alone does not fit into the machine that was measured");
        }
        return nearest;
    }

    private double off(Result alone) {
        return alone.highP95Ms() == null ? Double.MAX_VALUE
                : Math.abs(Math.log(alone.highP95Ms() / aloneMs)) + Math.abs(Math.log(alone.sessions().get(0) / aloneS));
    }

    private Machine machine(double availableBytes, double fill, int callMs) {
        long total = Math.round(number(measured, "total_bytes"));
        return new Machine(total, total - Math.round(availableBytes), GUEST_CPUS, Math.round(fill), Math.round(callMs * NS_PER_MS));
    }

    private void compare(Map<?, ?> arm) {
        String policy = String.valueOf(arm.get("name"));
        if (!List.of(Scenario.NONE, Scenario.STATIC, "graduated", "fixed").contains(policy)) {
            return;
        }
        for (Object each : (List<?>) arm.get("steps")) {
            Map<?, ?> step = (Map<?, ?>) each;
            List<?> sessions = (List<?>) step.get("sessions_raw");
            double makespanS = makespan(sessions);
            if (makespanS > 0) {
                Machine machine = new Machine(fitted.memoryBytes(), fitted.memoryBytes() - Math.round(number(arm, "available_bytes")), fitted.cpus(),
                        fitted.fillBytesPerS(), fitted.callCostNs());
                pairs.add(new Pair(policy, step, simulation.run(scenario(policy, machine, sessions.size())), makespanS));
            }
        }
    }

    /** @return from the first start to the last end of an agent that came to its end; 0 when none did */
    private double makespan(List<?> sessions) {
        double last = 0;
        for (int i = 0; i < sessions.size(); i++) {
            if (((Map<?, ?>) sessions.get(i)).get("completion_s") instanceof Number completion) {
                last = Math.max(last, i * number(measured, "stagger_s") + completion.doubleValue());
            }
        }
        return last;
    }

    private double meanMakespanError() {
        return pairs.stream().mapToDouble(Pair::makespanError).average().orElse(0);
    }

    private OptionalDouble meanRatioError() {
        return pairs.stream().map(Pair::ratioError).filter(OptionalDouble::isPresent).mapToDouble(OptionalDouble::getAsDouble).average();
    }

    private long sameKills() {
        return pairs.stream().filter(Pair::sameKills).count();
    }

    String text() {
        Table table = new Table("arm", "sessions", "kills", "simulated", "finished", "simulated", "makespan", "simulated", "error", "P95 x alone", "simulated");
        for (Pair pair : pairs) {
            table.row(pair.arm(), pair.guestInt("sessions"), pair.guestInt("kills"), pair.simulated().kills(), pair.guestInt("finished"),
                    pair.simulated().finished(), seconds(pair.guestMakespanS()), seconds(pair.simulated().makespanS()),
                    String.format(Locale.ROOT, "%.0f %%", 100 * pair.makespanError()), ratio(pair.guestRatio()), ratio(pair.simulated().highP95Ratio()));
        }
        return String.format(Locale.ROOT, "%s%nMeasured in the guest, and simulated with %.0f MB/s and %.0f ms a call, which is what fits the high session alone.%n"
                + "%d configurations. Mean error of the makespan %.1f %%, of the high P95 %s; killed or not the same in %d.%n", table,
                fitted.fillBytesPerS() / 1e6, fitted.callCostNs() / NS_PER_MS, pairs.size(), 100 * meanMakespanError(),
                meanRatioError().isPresent() ? String.format(Locale.ROOT, "%.1f %%", 100 * meanRatioError().getAsDouble()) : "-", sameKills());
    }

    private static String seconds(double s) {
        return String.format(Locale.ROOT, "%.1f s", s);
    }

    private static String ratio(Double ratio) {
        return ratio == null ? null : String.format(Locale.ROOT, "%.2f", ratio);
    }

    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("where", "simulated");
        fields.put("tier", measured.get("tier"));
        fields.put("guest_kernel", measured.get("kernel"));
        fields.put("fill_bytes_per_s", fitted.fillBytesPerS());
        fields.put("call_cost_ms", fitted.callCostNs() / NS_PER_MS);
        fields.put("configurations", pairs.stream().map(Validation::fields).toList());
        fields.put("mean_makespan_error", meanMakespanError());
        fields.put("mean_high_p95_ratio_error", meanRatioError().isPresent() ? meanRatioError().getAsDouble() : null);
        fields.put("kills_agree", sameKills());
        return Document.of("simulate-validate", fields);
    }

    private static Map<String, Object> fields(Pair pair) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("policy", pair.arm());
        fields.put("sessions", pair.guestInt("sessions"));
        fields.put("guest", side(pair.guestInt("kills"), pair.guestInt("finished"), pair.guestMakespanS(), pair.guestRatio()));
        fields.put("simulated", side(pair.simulated().kills(), pair.simulated().finished(), pair.simulated().makespanS(), pair.simulated().highP95Ratio()));
        fields.put("makespan_error", pair.makespanError());
        return fields;
    }

    private static Map<String, Object> side(int kills, int finished, double makespanS, Double ratio) {
        Map<String, Object> side = new LinkedHashMap<>();
        side.put("kills", kills);
        side.put("finished", finished);
        side.put("makespan_s", makespanS);
        side.put("high_p95_ratio", ratio);
        return side;
    }
}
