package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.engine.OpenCall;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a call ends, and what is said of it. */
class EndOfCallTest extends EngineFixture {

    @Test
    void aSecondEndIsNoEnd() throws Exception {
        session();
        OpenCall call = open();
        call.started(PID_UNLIKELY);
        exit(call, 0);
        exit(call, 9);
        call.abandoned();
        call.notStarted(2);
        journal.await(1);
        waitFor(() -> domain(call).removed);
        assertEquals(OptionalInt.of(0), journal.outcomes().get(0).exitCode());
        assertEquals(1, journal.outcomes().size());
    }

    @Test
    void aCommandThatCouldNotBeStartedIsJournalledAsSuch() throws Exception {
        session();
        open().notStarted(2);
        assertEquals(Outcome.End.NOT_STARTED, journal.await(1).get(0).end());
    }

    @Test
    void anAbandonedCallGoesOnUntilItsDomainIsEmpty() throws Exception {
        session();
        OpenCall call = open();
        FakeDomain domain = domain(call);
        domain.live(1, 2);
        call.started(1);
        call.abandoned();
        TimeUnit.MILLISECONDS.sleep(100);
        assertEquals(List.of(), journal.outcomes());
        domain.live();
        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.EXITED, outcome.end());
        assertTrue(outcome.exitCode().isEmpty());
    }

    @Test
    void anOutOfMemoryIsToldToTheAgent() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        domain(call).events = new DomainEvents(0, 0, 1, 1, 2, 1, 0);
        List<String> told = exit(call, 9);
        assertTrue(told.get(0).startsWith("Out of memory: this command was ended by the kernel"), told::toString);
        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.OOM_KILLED, outcome.end());
        assertEquals(OptionalInt.of(9), outcome.signal());
        assertEquals(told, outcome.feedback());
    }

    @Test
    void theSessionsShortageIsNotTheCalls() throws Exception {
        session();
        node().ownEvents = new DomainEvents(0, 0, 0, 5, 0, 0, 0);
        OpenCall call = open();
        call.started(1);
        domain(call).events = new DomainEvents(0, 0, 0, 0, 2, 1, 0);
        node().ownEvents = new DomainEvents(0, 0, 0, 6, 0, 0, 0);
        assertTrue(exit(call, 9).get(0).contains("the session used up its budget"));
    }

    @Test
    void whatTheKernelCountedIsPartOfTheOutcome() throws Exception {
        FakeAccounts accounts = new FakeAccounts();
        session();
        enforcers.add(accounts);
        waitFor(() -> accounts.known.contains(node().path()));
        OpenCall call = open();
        FakeDomain domain = domain(call);
        assertTrue(accounts.known.contains(domain.path()), "before it is started");
        call.started(1);
        List<String> told = exit(call, 0);
        assertTrue(told.get(0).startsWith("This command was kept waiting for 7 s"), told::toString);
        assertEquals(Optional.of(FakeAccounts.ACCOUNT), journal.await(1).get(0).account());
        waitFor(() -> !accounts.known.contains(domain.path()));
    }

    @Test
    void anOperatorEndsOneCall() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        assertTrue(engine.calls().end(call.id(), "enough"));
        assertFalse(engine.calls().end(call.id(), "again"));
        assertTrue(domain(call).killed);
        assertEquals(List.of("This command was ended by AgentCgroup: enough. Your session goes on."), exit(call, 9));
        assertEquals(Outcome.End.ENDED, journal.await(1).get(0).end());
        assertFalse(engine.calls().end(new CallId("nobody"), "x"));
    }

    @Test
    void aCallThatIsToEndBeforeItIsBornEndsAtBirth() throws Exception {
        session();
        OpenCall call = open();
        engine.calls().end(call.id(), "enough");
        domain(call).live(1);
        call.started(1);
        assertTrue(domain(call).processes().isEmpty());
    }
}
