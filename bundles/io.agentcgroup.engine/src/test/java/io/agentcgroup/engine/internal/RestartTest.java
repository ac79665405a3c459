package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.engine.OpenCall;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** An engine takes over what the one before has left in the tree. */
class RestartTest extends EngineFixture {

    @Test
    void aRestartTakesOverWhatRuns() throws Exception {
        session();
        OpenCall call = open();
        FakeDomain domain = domain(call);
        domain.live(1);
        call.started(1);
        restart();
        assertTrue(engine.sessions().find(NAME).isPresent());
        OpenCall resumed = engine.calls().resume(NAME, call.id(), Conversation.NOBODY).orElseThrow();
        domain.live();
        exit(resumed, 3 << 8);
        Outcome outcome = journal.await(1).get(0);
        assertTrue(outcome.adopted());
        assertEquals(OptionalInt.of(3), outcome.exitCode());
        assertEquals("make", outcome.call().command());
        assertEquals(List.of(false), domain.freezes, "what an earlier daemon froze is thawed");
    }

    @Test
    void aCallThatEndsAfterTheEngineIsLeftToTheNextOne() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        engine.close();
        call.exited(0);
        domain(call).live();
        restart();
        assertTrue(journal.await(1).get(0).adopted());
        assertEquals(1, journal.outcomes().size());
    }

    @Test
    void aCallThatEndsAfterARestartWithoutItsShimIsJournalled() throws Exception {
        session();
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        restart();
        domain(call).live();
        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.EXITED, outcome.end());
        assertTrue(outcome.adopted() && outcome.exitCode().isEmpty());
    }

    @Test
    void aCallThatEndedWhileNobodyLookedIsUnseen() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        restart();
        assertEquals(Outcome.End.UNSEEN, journal.await(1).get(0).end());
        waitFor(() -> node().calls().isEmpty());
        assertTrue(engine.calls().resume(NAME, call.id(), Conversation.NOBODY).isEmpty());
    }

    @Test
    void anExitOnRecordSurvivesTheDaemon() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        domain(call).setAttribute(ExitRecord.KEY, new ExitRecord(5 << 8, System.nanoTime()).write());
        restart();
        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.EXITED, outcome.end());
        assertEquals(OptionalInt.of(5), outcome.exitCode());
    }

    @Test
    void aCallThatWasJournalledButNotRemovedIsNotJournalledAgain() throws Exception {
        session();
        OpenCall call = open();
        call.started(1);
        exit(call, 0);
        journal.await(1);
        FakeDomain domain = domain(call);
        waitFor(() -> domain.removed);
        domain.removed = false;
        restart();
        assertTrue(domain.removed);
        assertEquals(1, journal.outcomes().size());
    }

    @Test
    void aDomainWithoutARecordIsRemovedWhenItIsEmpty() {
        session();
        FakeDomain half = (FakeDomain) node().createCall(new CallId("half"));
        restart();
        assertTrue(half.removed);
        assertEquals(List.of(), journal.outcomes());
    }

    @Test
    void aCallOfWhichOnlyTheKernelKnowsIsJournalledIfAnythingRanInIt() throws Exception {
        session();
        FakeDomain ran = (FakeDomain) node().createCall(new CallId("ran"));
        FakeDomain never = (FakeDomain) node().createCall(new CallId("never"));
        OptionalLong none = OptionalLong.empty();
        ran.usage = new Usage(none, none, none, none, none, OptionalLong.of(1_500), none, none, none, none, none, none, none, none, none);
        restart();
        assertTrue(never.removed);
        assertEquals("ran", journal.await(1).get(0).call().id().value());
        waitFor(() -> ran.removed);
        assertEquals(1, journal.await(1).size());
    }

    @Test
    void aLiveDomainWhoseRecordIsBrokenIsStillJournalled() throws Exception {
        session();
        FakeDomain odd = (FakeDomain) node().createCall(new CallId("odd"));
        odd.setAttribute(CallRecord.KEY, "{broken");
        odd.live(1);
        restart();
        odd.live();
        assertEquals("odd", journal.await(1).get(0).call().id().value());
    }

    @Test
    void aSessionThatARestartFindsEmptyIsClosedUnlessSomebodyComes() throws Exception {
        session();
        FakeTree.Node node = node();
        restart();
        waitFor(() -> node.removed);
    }
}
