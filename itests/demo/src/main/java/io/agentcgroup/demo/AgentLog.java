package io.agentcgroup.demo;

import io.agentcgroup.demo.CallResult.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Makes results from what an agent says while it works. */
final class AgentLog {

    /** Prefix of every line that AgentCgroup says to an agent. */
    private static final String FEEDBACK_PREFIX = "[agentcgroup] ";

    private final Map<String, CallResult> calls = new LinkedHashMap<>();
    private boolean contextIntact;

    AgentLog(AgentSpec agent) {
        agent.steps().forEach(step -> calls.put(step.id(), CallResult.notReached(step)));
    }

    /** @return what is worth telling a person, if anything */
    Optional<String> accept(Map<String, Object> event) {
        String id = (String) event.get("id");
        switch ((String) event.get("event")) {
            case "hello" -> contextIntact = false;
            case "started" -> put(id, State.LOST, event);
            case "ended" -> put(id, State.ENDED, event);
            case "not_started" -> put(id, State.NOT_STARTED, event);
            case "alive" -> contextIntact = (Boolean) event.get("context_intact");
            default -> throw new IllegalArgumentException("an agent says " + event);
        }
        return Optional.ofNullable(id).map(calls::get).filter(call -> call.state() != State.LOST)
                .map(call -> call.step().id() + ": " + call.end()
                        + (call.durationS().isPresent() ? String.format(" after %.1f s", call.durationS().getAsDouble()) : ""));
    }

    /** A call that has started is lost unless its end is told. */
    private void put(String id, State state, Map<String, Object> event) {
        calls.put(id, new CallResult(calls.get(id).step(), state, exitCode(event), duration(event),
                Optional.ofNullable((String) event.get("error")), feedback(event), Optional.empty()));
    }

    private static OptionalInt exitCode(Map<String, Object> event) {
        Integer signal = (Integer) event.get("signal");
        Integer exit = (Integer) event.get("exit_code");
        return signal != null ? OptionalInt.of(128 + signal) : exit != null ? OptionalInt.of(exit) : OptionalInt.empty();
    }

    private static OptionalDouble duration(Map<String, Object> event) {
        Number seconds = (Number) event.get("duration_s");
        return seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds.doubleValue());
    }

    private static List<String> feedback(Map<String, Object> event) {
        String stderr = (String) event.getOrDefault("stderr", "");
        return stderr.lines().filter(line -> line.startsWith(FEEDBACK_PREFIX)).toList();
    }

    /** Whether it has said that it is done and has lost nothing. */
    boolean contextIntact() {
        return contextIntact;
    }

    List<CallResult> calls() {
        return List.copyOf(calls.values());
    }
}
