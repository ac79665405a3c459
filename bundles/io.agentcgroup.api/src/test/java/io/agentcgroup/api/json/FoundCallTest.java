package io.agentcgroup.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.CallStatus;
import io.agentcgroup.api.engine.ToolCalls;
import io.agentcgroup.api.journal.Journal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FoundCallTest {

    private static final Map<String, Object> LINE = Map.of("id", "past", "end", "exited");

    private final ToolCalls calls = service(ToolCalls.class,
            (proxy, method, arguments) -> method.getName().equals("running") ? List.of(running("now")) : List.of());

    @Test
    void aRunningCallIsFoundWithoutTheJournal() {
        FoundCall found = FoundCall.of(new CallId("now"), calls, () -> {
            throw new IllegalStateException("the journal is not there");
        });
        assertEquals(FoundCall.State.RUNNING, found.state());
        assertEquals("now", found.call().get("id"));
    }

    @Test
    void aCallThatIsOverIsFoundAsItWasJournalled() {
        assertEquals(new FoundCall(FoundCall.State.ENDED, LINE), FoundCall.of(new CallId("past"), calls, FoundCallTest::journal));
    }

    @Test
    void aCallThatIsNowhereIsRefusedInWords() {
        assertEquals("there is no call never, neither running nor in the journal", assertThrows(IllegalArgumentException.class,
                () -> FoundCall.of(new CallId("never"), calls, FoundCallTest::journal)).getMessage());
    }

    private static CallStatus running(String id) {
        ToolCall call = new ToolCall(new CallId(id), new SessionName("s"), ToolCall.Kind.SHELL, "bash", "make", false, "/", Optional.empty(), 0, 1,
                Instant.EPOCH, 0);
        Grant grant = new Grant(Limits.NONE, Placement.CALL, "fixed", "a test");
        return new CallStatus(call, grant, List.of(), RecordJsonTest.NOTHING_READ, DomainEvents.ZERO, false, Standing.free(0), Explanation.NONE);
    }

    private static Journal journal() {
        return service(Journal.class,
                (proxy, method, arguments) -> Optional.of(LINE).filter(line -> arguments[0].equals(new CallId((String) line.get("id")))));
    }

    private static <T> T service(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
