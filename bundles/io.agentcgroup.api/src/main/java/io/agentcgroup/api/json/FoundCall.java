package io.agentcgroup.api.json;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.journal.Journal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A tool call wherever it is, as JSON.
 *
 * @param state where it was found
 * @param call as in the list of the running or of the waiting ones, or as in the journal
 */
public record FoundCall(State state, Map<String, Object> call) {

    /** Where a call can be. */
    public enum State {
        /** In its domain. */
        RUNNING,
        /** At the gate. */
        WAITING,
        /** In the journal. */
        ENDED
    }

    /**
     * @param journal is only asked for when the call is over
     * @throws IllegalArgumentException if it is nowhere; the message is for whoever asked
     */
    public static FoundCall of(CallId id, ToolCalls calls, Supplier<Journal> journal) {
        Stream<Map<String, Object>> running = calls.running().stream().filter(one -> one.call().id().equals(id)).map(RecordJson::of);
        Stream<Map<String, Object>> waiting = calls.waiting().stream().filter(one -> one.call().id().equals(id)).map(RecordJson::of);
        return first(State.RUNNING, running).or(() -> first(State.WAITING, waiting))
                .or(() -> first(State.ENDED, journal.get().find(id).stream()))
                .orElseThrow(() -> new IllegalArgumentException("there is no call " + id + ", neither running nor in the journal"));
    }

    private static Optional<FoundCall> first(State state, Stream<Map<String, Object>> calls) {
        return calls.findFirst().map(call -> new FoundCall(state, call));
    }
}
