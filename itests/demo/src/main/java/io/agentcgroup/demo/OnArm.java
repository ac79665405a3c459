package io.agentcgroup.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.cli.Place;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The same agents, started by {@code agentcgroup run}, with the same budgets. */
final class OnArm implements Arm {

    /** The guest runs on an emulated processor, ten times slower than this program is told. */
    private static final boolean EMULATED = "guest".equals(System.getenv("AGENTCGROUP_WHERE"));

    /** The shim's patience of 50 ms is for real machines. Here a call that goes ahead without a domain would show nothing. */
    private static final int ANSWER_AT_MOST_EMULATED_MS = 5_000;

    private final Scenario scenario;
    private final Appliance appliance;

    /**
     * Starts an appliance.
     *
     * @param folder for its sockets and its state, with a short name
     */
    OnArm(Scenario scenario, Path folder) throws IOException, InterruptedException {
        this.scenario = scenario;
        appliance = new Appliance(Place.current().home(), folder);
        try {
            appliance.start();
            appliance.warmUp();
        } catch (IOException | InterruptedException e) {
            appliance.close();
            throw e;
        }
    }

    /** Which enforcement is in force. */
    String tier() {
        return (String) appliance.status().get("tier");
    }

    @Override
    public String name() {
        return "on";
    }

    @Override
    public String meaning() {
        return "each agent started by agentcgroup run with the same budget for its session; each call in a cgroup of its own"
                + (EMULATED ? "; on this emulated machine the shim waits " + ANSWER_AT_MOST_EMULATED_MS + " ms for the daemon instead of 50"
                        : "");
    }

    @Override
    public ProcessBuilder agent(AgentSpec agent, List<String> command) {
        ProcessBuilder builder = appliance.agent(List.of("--session", agent.name(), "--priority",
                agent.priority().name().toLowerCase(Locale.ROOT), "--memory", Long.toString(scenario.memoryBytes()), "--pids",
                Integer.toString(scenario.pids())), command);
        if (EMULATED) {
            builder.environment().put("AGENTCGROUP_TIMEOUT_MS", Integer.toString(ANSWER_AT_MOST_EMULATED_MS));
        }
        return builder;
    }

    /** The agent is in the session's {@code agent/}. */
    @Override
    public ControlGroup session(AgentSpec agent, long agentPid) throws IOException {
        return ControlGroup.of(agentPid).parent();
    }

    @Override
    public void agentGone(AgentSpec agent) {
        // The appliance sees to the rest of the session itself.
    }

    @Override
    public List<CallResult> evidence(AgentSpec agent, List<CallResult> calls) throws IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : appliance.journal(agent.name())) {
            lines.add(JSON.std.mapFrom(line));
        }
        return calls.stream().map(call -> call.with(take(lines, call).map(JournalLine::evidence))).toList();
    }

    /** The agent knows no call ids: a command is recognised by its text, and the same text by its order. */
    private static Optional<Map<String, Object>> take(List<Map<String, Object>> lines, CallResult call) {
        Optional<Map<String, Object>> found = lines.stream()
                .filter(line -> call.step().command().equals(line.get("command"))).findFirst();
        found.ifPresent(lines::remove);
        return found;
    }

    @Override
    public void close() throws IOException {
        appliance.close();
    }
}
