package io.agentcgroup.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import io.agentcgroup.api.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One of the three agents: its session and its script.
 *
 * @param name of the session
 * @param priority of the session
 * @param script what {@code agent.py} reads, JSON
 * @param steps the calls in it, in the order in which they start
 */
record AgentSpec(String name, Priority priority, String script, List<Step> steps) {

    /** @param values for the {@code ${name}} in the script */
    static AgentSpec load(String name, Priority priority, Map<String, String> values) throws IOException {
        String script = resource("agents/" + name + ".json");
        for (Map.Entry<String, String> value : values.entrySet()) {
            script = script.replace("${" + value.getKey() + "}", value.getValue());
        }
        return of(name, priority, script);
    }

    /** @param script whole, without anything to fill in */
    static AgentSpec of(String name, Priority priority, String script) throws IOException {
        return new AgentSpec(name, priority, script, steps(script));
    }

    @SuppressWarnings("unchecked")
    private static List<Step> steps(String script) throws IOException {
        List<Map<String, Object>> steps = (List<Map<String, Object>>) (Object) JSON.std.listFrom(
                JSON.std.asString(JSON.std.mapFrom(script).get("steps")));
        return steps.stream().filter(step -> step.containsKey("command")).map(Step::of).toList();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = AgentSpec.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the demo was built without " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
