package io.agentcgroup.console.internal;

import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.SessionStatus;
import io.agentcgroup.api.engine.Sessions;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.engine.WaitingStatus;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.json.RecordJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The host, its sessions and running calls as they are now: what pages get twice a second. */
final class Moment {

    private final Services services;

    Moment(Services services) {
        this.services = services;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time_ms", System.currentTimeMillis());
        json.put("usage", services.tree().map(Moment::usage).orElse(Map.of()));
        json.put("sessions", services.sessions().map(Sessions::list).orElse(List.of()).stream().map(Moment::session).toList());
        json.put("calls", services.toolCalls().map(ToolCalls::running).orElse(List.of()).stream().map(Moment::call).toList());
        json.put("waiting", services.toolCalls().map(ToolCalls::waiting).orElse(List.of()).stream().map(Moment::waiting).toList());
        json.put("counters", services.journal().map(Journal::counters).orElse(Map.of()));
        return json;
    }

    private static Map<String, Object> usage(CgroupTree tree) {
        try {
            return RecordJson.of(tree.rootUsage());
        } catch (CgroupException | IllegalStateException e) {
            // The tree is just going away; the next moment says so.
            return Map.of();
        }
    }

    private static Object session(SessionStatus status) {
        return Shown.of(RecordJson.of(status));
    }

    private static Object waiting(WaitingStatus status) {
        Map<String, Object> json = RecordJson.of(status.waiting());
        json.put("command", Shown.command(status.call().command()));
        json.put("received", status.call().received().toString());
        return Shown.of(json);
    }

    /** Without what agents can make long; the call's own page asks for that. */
    private static Object call(CallStatus status) {
        Map<String, Object> json = RecordJson.of(status);
        json.put("command", Shown.command(json.get("command")));
        json.keySet().removeAll(List.of("cwd", "hint", "intents", "explanation"));
        return Shown.of(json);
    }
}
