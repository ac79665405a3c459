package io.agentcgroup.demo;

import java.util.Map;
import java.util.Optional;

/**
 * One tool call of a scripted agent.
 *
 * @param id unique in its script
 * @param command what the agent hands to {@code bash -c}
 * @param guilty why it deserves to be ended, by design; empty: it is innocent
 * @param expectedExit what it exits with on a machine of its own
 */
record Step(String id, String command, Optional<String> guilty, int expectedExit) {

    static Step of(Map<String, Object> json) {
        return new Step((String) json.get("id"), (String) json.get("command"),
                Optional.ofNullable((String) json.get("guilty")), (Integer) json.getOrDefault("expected_exit", 0));
    }

    boolean innocent() {
        return guilty.isEmpty();
    }
}
