package io.agentcgroup.cli.command;

import io.agentcgroup.cli.control.ControlClient;
import java.util.List;
import java.util.Map;

/**
 * What the daemon said at one moment.
 *
 * @param timeNs by {@link System#nanoTime}, for rates between two moments
 */
record TopMoment(long timeNs, Map<String, Object> status, List<Map<String, Object>> sessions, List<Map<String, Object>> calls,
        List<Map<String, Object>> waiting) {

    static TopMoment now(ControlClient daemon) {
        Map<String, Object> calls = daemon.ask("calls", Map.of());
        Map<String, Object> sessions = daemon.ask("sessions", Map.of());
        return new TopMoment(System.nanoTime(), daemon.ask("status", Map.of()), Replies.list(sessions, "sessions"), Replies.list(calls, "calls"),
                Replies.list(calls, "waiting"));
    }

    /** @return the session of that name, empty if it was not open then */
    Map<String, Object> session(Object name) {
        return named(sessions, "name", name);
    }

    Map<String, Object> call(Object id) {
        return named(calls, "id", id);
    }

    private static Map<String, Object> named(List<Map<String, Object>> all, String key, Object value) {
        return all.stream().filter(one -> value.equals(one.get(key))).findFirst().orElse(Map.of());
    }
}
