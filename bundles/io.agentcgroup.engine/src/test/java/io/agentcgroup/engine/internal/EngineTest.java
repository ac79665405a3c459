package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Capability;
import io.agentcgroup.api.DomainEvents;
import io.agentcgroup.api.Explanation;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.Rung;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.Usage;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.CallListener;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.CallRequest;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.engine.SessionListener;
import io.agentcgroup.api.engine.SessionSpec;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.journal.JournalEvent;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The logic of sessions and calls, on a tree that is none. */
class EngineTest {

    private static final SessionName NAME = new SessionName("s");
    private static final int ALICE = 1000;
    private static final int PID_UNLIKELY = 4_194_303;

    private final FakeTree tree = new FakeTree();
    private final MemoryJournal journal = new MemoryJournal();
    private final Enforcers enforcers = new Enforcers();
    private final List<IntentProvider> providers = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile Function<Pressure, List<Action>> reaction = pressure -> List.of();
    private volatile Placement placement = Placement.CALL;
    private Engine engine;
    private volatile Function<AdmissionRequest, Decision> decision = request -> Decision.admit(
            new Grant(Limits.builder().memoryMaxBytes(200L << 20).build(), placement, "test", "a test"));

    private final AdaptivePolicy policy = new AdaptivePolicy() {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public Decision admit(AdmissionRequest request) {
            return decision.apply(request);
        }

        @Override
        public List<Action> react(Pressure pressure, PolicyState state) {
            return reaction.apply(pressure);
        }
    };

    private volatile List<AdaptivePolicy> policies = List.of(policy);

    @BeforeEach
    void start() {
        engine = engine(Map.of());
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aCallIsGrantedRunsAndIsJournalledAndItsDomainGoes() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        FakeDomain domain = domain(call);
        assertEquals(OptionalLong.of(200L << 20), domain.applied.get(0).memoryMaxBytes());
        assertEquals(200, call.oomScoreAdj());
        assertEquals(1, engine.calls().running().size());

        call.started(PID_UNLIKELY);
        assertEquals(List.of(), exit(call, 3 << 8));

        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.EXITED, outcome.end());
        assertEquals(OptionalInt.of(3), outcome.exitCode());
        assertFalse(outcome.adopted());
        waitFor(() -> domain.removed && engine.calls().running().isEmpty());
        assertEquals(1, engine.sessions().list().get(0).endedCalls());
    }

    @Test
    void aSecondEndIsNoEnd() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        open().notStarted(2);
        assertEquals(Outcome.End.NOT_STARTED, journal.await(1).get(0).end());
    }

    @Test
    void anAbandonedCallGoesOnUntilItsDomainIsEmpty() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
    void processesThatLeaveWithinTheGraceAreNoLeftovers() throws Exception {
        engine.close();
        engine = engine(Map.of("grace_ms", 2_000));
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        CompletableFuture<List<String>> answer = call.exited(0).toCompletableFuture();
        assertFalse(answer.isDone());
        domain(call).live();
        assertEquals(List.of(), answer.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(0, journal.await(1).get(0).leftovers());
    }

    @Test
    void leftoversAreAdopted() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        List<String> told = exit(call, 0);
        assertTrue(told.get(0).startsWith("Still running in the background: 1 process of this command: " + PID_UNLIKELY), told::toString);
        Outcome outcome = journal.await(1).get(0);
        assertEquals(1, outcome.leftovers());
        assertEquals(told, outcome.feedback());
        assertEquals(List.of(PID_UNLIKELY), node().background.processes());
        journal.awaitEvent("leftovers-adopted");
    }

    @Test
    void leftoversAreReaped() throws Exception {
        session(new LeftoverPolicy(LeftoverPolicy.Mode.REAP, Duration.ZERO));
        OpenCall call = open();
        domain(call).live(PID_UNLIKELY);
        call.started(1);
        assertEquals(1, exit(call, 0).size());
        journal.await(1);
        assertTrue(domain(call).killed);
    }

    @Test
    void leftoversAreKeptUntilTheDeadline() throws Exception {
        session(new LeftoverPolicy(LeftoverPolicy.Mode.KEEP, Duration.ofMillis(300)));
        OpenCall call = open();
        FakeDomain domain = domain(call);
        domain.live(PID_UNLIKELY);
        call.started(1);
        exit(call, 0);
        assertFalse(domain.killed);
        assertTrue(engine.calls().running().get(0).leaderExited());
        journal.await(1);
        assertTrue(domain.killed);
    }

    @Test
    void anOutOfMemoryIsToldToTheAgent() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        node().ownEvents = new DomainEvents(0, 0, 0, 5, 0, 0, 0);
        OpenCall call = open();
        call.started(1);
        domain(call).events = new DomainEvents(0, 0, 0, 0, 2, 1, 0);
        node().ownEvents = new DomainEvents(0, 0, 0, 6, 0, 0, 0);
        assertTrue(exit(call, 9).get(0).contains("the session used up its budget"));
    }

    @Test
    void whatTheKernelTellsReachesThePolicyWithTheKernelsTime() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        call.started(1);
        List<Pressure> seen = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            seen.add(pressure);
            return List.of();
        };
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.FORK, 5, 0, 4, "sh", 7));
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.HELD, 20_000_000, 9, 0, "", 8));
        engine.kernelEvents().happened(new KernelEvent(12_345, 12_346, KernelEvent.Kind.HELD, 20_000_000, 9, 0, "", 8));
        waitFor(() -> !seen.isEmpty());
        assertEquals(List.of(new Pressure(Optional.of(NAME), Optional.of(call.id()), Pressure.Kind.HELD, 20_000_000, 8)), seen);
    }

    @Test
    void theVictimOfTheOomKillerIsNamed() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        engine.kernelEvents().happened(new KernelEvent(node().id(), domain(call).id(), KernelEvent.Kind.OOM_VICTIM, 50L << 20, 200, 77,
                "no\u001bde", 8));
        JournalEvent event = journal.awaitEvent("oom-victim");
        assertEquals(call.id().value(), event.details().get("call"));
        assertTrue(event.message().contains("process 77") && event.message().contains("50 MiB") && !event.message().contains("\u001b"),
                event::message);
    }

    @Test
    void whatTheKernelCountedIsPartOfTheOutcome() throws Exception {
        FakeAccounts accounts = new FakeAccounts();
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        engine.calls().end(call.id(), "enough");
        domain(call).live(1);
        call.started(1);
        assertTrue(domain(call).processes().isEmpty());
    }

    @Test
    void noticesOfProvidersAreToldAndJournalled() throws Exception {
        providers.add(provider(call -> Optional.of(Intent.from("declared").notices(List.of("\"x\" was ignored")).build())));
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        assertEquals(List.of("\"x\" was ignored"), call.notices());
        journal.awaitEvent("hint-bad");
        call.started(1);
        exit(call, 0);
        assertEquals(List.of("\"x\" was ignored"), journal.await(1).get(0).feedback());
    }

    @Test
    void aServiceIsBornBesideTheCalls() throws Exception {
        placement = Placement.SERVICE;
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        assertTrue(node().calls.isEmpty());
        call.started(1);
        assertEquals(List.of(), exit(call, 0));
        assertEquals(Placement.SERVICE, journal.await(1).get(0).grant().placement());
    }

    @Test
    void aDomainThatCannotBeMadeMeansACallWithoutOne() {
        session(LeftoverPolicy.DEFAULT);
        tree.refusesCalls = true;
        ExecutionException refused = assertThrows(ExecutionException.class, this::open);
        assertInstanceOf(CallRefusedException.class, refused.getCause());
        assertTrue(refused.getCause().getMessage().startsWith("this command runs without a limit of its own"));
    }

    @Test
    void limitsThatCannotBeSetLeaveNoDomainBehind() {
        session(LeftoverPolicy.DEFAULT);
        enforcers.add(new TestEnforcer(Tier.CGROUP, domain -> domain.path().startsWith("call-")));
        assertThrows(ExecutionException.class, this::open);
        assertTrue(node().calls.values().stream().allMatch(call -> call.removed));
        assertTrue(engine.calls().running().isEmpty());
    }

    @Test
    void whatIsSaidAnewOfAnOpenSessionHoldsFromTheNextCallOnAndTheRestStays() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall before = open();

        engine.sessions().open(new SessionSpec(NAME, Optional.of(Priority.HIGH), ALICE, ALICE, OptionalLong.of(1L << 30),
                OptionalLong.empty(), Optional.empty()));

        Session changed = engine.sessions().find(NAME).orElseThrow();
        assertEquals(Priority.HIGH, changed.priority());
        assertEquals(OptionalLong.of(1L << 30), changed.memoryBudgetBytes());
        assertEquals(LeftoverPolicy.DEFAULT, changed.leftovers());
        assertEquals(0, open().oomScoreAdj());
        assertEquals(1, domain(before).applied.size());
        assertEquals("session s has from now on priority high, memory " + Quantity.formatBytes(1L << 30),
                journal.awaitEvent("session-changed").message());
    }

    @Test
    void strangersAreRefused() {
        session(LeftoverPolicy.DEFAULT);
        assertThrows(ExecutionException.class, () -> open(request(ALICE + 1)));
        assertThrows(ExecutionException.class,
                () -> engine.calls().open(new SessionName("other"), request(ALICE), Conversation.NOBODY).toCompletableFuture().get());
        assertThrows(IllegalArgumentException.class, () -> engine.sessions().open(spec(ALICE + 1, LeftoverPolicy.DEFAULT)));
    }

    @Test
    void closingASessionEndsJournalsAndRemovesEverything() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        FakeTree.Node node = node();
        domain(call).live(1);
        node.agent.live(2);
        call.started(1);
        assertTrue(engine.sessions().close(NAME, "the operator wanted it"));
        assertFalse(engine.sessions().close(NAME, "again"));
        assertEquals(Outcome.End.ENDED, journal.outcomes().get(0).end());
        assertTrue(node.removed);
        assertTrue(engine.sessions().find(NAME).isEmpty());
        assertThrows(ExecutionException.class, this::open);
        assertEquals(List.of("This command was ended by AgentCgroup: its session was closed: the operator wanted it. Your session goes on."),
                exit(call, 9));
        session(LeftoverPolicy.DEFAULT);
        exit(open(), 0);
    }

    @Test
    void aSessionIsClosedWhenNothingRunsInItAnyMore() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        node().agent.live(2);
        assertFalse(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
        FakeTree.Node node = node();
        node.agent.live();
        node.live();
        waitFor(() -> node.removed);

        session(LeftoverPolicy.DEFAULT);
        assertTrue(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
        assertFalse(engine.sessions().closeIfIdle(NAME, "its agent has exited"));
    }

    @Test
    void aSessionThatIsWantedAgainStays() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        node().agent.live(2);
        engine.sessions().closeIfIdle(NAME, "its agent has exited");
        session(LeftoverPolicy.DEFAULT);
        node().agent.live();
        node().live();
        TimeUnit.MILLISECONDS.sleep(100);
        assertTrue(engine.sessions().find(NAME).isPresent());
    }

    @Test
    void aListenerHearsOfEverySessionOnce() {
        List<String> said = new ArrayList<>();
        SessionListener listener = new SessionListener() {
            @Override
            public void sessionOpened(Session session) {
                said.add("opened " + session.name());
            }

            @Override
            public void sessionClosed(Session session) {
                said.add("closed " + session.name());
            }
        };
        session(LeftoverPolicy.DEFAULT);
        engine.add(listener);
        session(LeftoverPolicy.DEFAULT);
        engine.sessions().close(NAME, "x");
        engine.remove(listener);
        session(LeftoverPolicy.DEFAULT);
        assertEquals(List.of("opened s", "closed s"), said);
    }

    @Test
    void limitsAreAppliedAnewWhenAStrongerEnforcerComes() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        TestEnforcer stronger = new TestEnforcer(Tier.SCHED_EXT, domain -> false);
        enforcers.add(stronger);
        waitFor(() -> stronger.applied.contains(domain(call).path()) && stronger.applied.contains("agent"));
        enforcers.add(new TestEnforcer(Tier.OBSERVE, domain -> false));
        int before = domain(call).applied.size();
        enforcers.remove(stronger);
        enforcers.remove(stronger);
        call.started(1);
        exit(call, 0);
        assertEquals(before, domain(call).applied.size(), "observing is all that is left");
    }

    @Test
    void anEnforcerStandsDownWhenAnotherOneHasTakenOver() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        TestEnforcer weaker = new TestEnforcer(Tier.CGROUP, domain -> false);
        TestEnforcer stronger = new TestEnforcer(Tier.SCHED_EXT, domain -> false);
        enforcers.add(weaker);
        enforcers.add(stronger);
        waitFor(() -> weaker.stoodDown);
        assertTrue(stronger.applied.contains("agent"));
        TestEnforcer strongest = new TestEnforcer(Tier.MEMCG_BPF, domain -> false);
        strongest.basis = stronger;
        enforcers.add(strongest);
        waitFor(() -> strongest.applied.contains("services"));
        weaker.stoodDown = false;
        enforcers.remove(stronger);
        enforcers.remove(strongest);
        enforcers.add(strongest);
        waitFor(() -> weaker.stoodDown);
        assertFalse(stronger.stoodDown, "the strongest stands on it");
        assertFalse(strongest.stoodDown);
    }

    @Test
    void anAgentThatLosesAProcessIsNoted() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        node().agent.events = new DomainEvents(0, 0, 0, 0, 2, 0, 0);
        node().memoryEvents(DomainEvents.ZERO);
        assertEquals("memory ran out and the kernel ended 2 of the agent's own processes", journal.awaitEvent("agent-killed").message());
    }

    @Test
    void aCallThatEndsAfterTheEngineIsLeftToTheNextOne() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        engine.close();
        call.exited(0);
        domain(call).live();
        engine = engine(Map.of());
        assertTrue(journal.await(1).get(0).adopted());
        assertEquals(1, journal.outcomes().size());
    }

    @Test
    void aPolicyFreezesForAWhileOnly() throws Exception {
        engine.close();
        engine = engine(Map.of("freeze_most_ms", 200));
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        call.started(1);
        reaction = pressure -> List.of(new Action.Freeze(call.id(), Duration.ofHours(1), "a test"));
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> domain(call).freezes.equals(List.of(true, false)));
        journal.awaitEvent("action");
    }

    @Test
    void whatIsPausedByHandIsLetGoByHandOrInTime() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        assertTrue(engine.calls().pause(call.id(), Duration.ofMinutes(5), "a look at it"));
        AtomicInteger asked = new AtomicInteger();
        reaction = pressure -> asked.getAndIncrement() == 0 ? List.of(new Action.Release(call.id(), "no reason")) : List.of();
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> asked.get() == 1);
        domain(call).memoryEvents(new DomainEvents(0, 0, 6, 0, 0, 0, 0));
        // One pressure is looked at after the other: what the policy wanted at the first has been refused now.
        waitFor(() -> asked.get() == 2);
        assertTrue(engine.calls().thaw(call.id(), "seen enough"));
        assertFalse(engine.calls().thaw(call.id(), "once more"), "it is not paused any more");
        assertEquals(List.of(true, false), domain(call).freezes);
        assertEquals(List.of("pause", "thaw"), engine.calls().running().get(0).explanation().steps().stream().map(step -> step.action()).toList());

        assertTrue(engine.calls().pause(call.id(), Duration.ofMillis(50), "a short look"));
        waitFor(() -> domain(call).freezes.equals(List.of(true, false, true, false)));
        assertThrows(IllegalArgumentException.class, () -> engine.calls().pause(call.id(), Duration.ofHours(1), "for ever"));
    }

    @Test
    void aPolicyChangesLimitsTellsAndEnds() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        domain(call).live(1);
        call.started(1);
        reaction = pressure -> List.of(
                new Action.SetLimits(call.id(), Limits.builder().memoryHighBytes(7).build(), "less"),
                new Action.Tell(call.id(), "slow\u001b[2J down", "manners"),
                new Action.EndCall(call.id(), "it went on"),
                new Action.Release(call.id(), "x"));
        domain(call).memoryEvents(new DomainEvents(0, 1, 0, 0, 0, 0, 0));
        waitFor(() -> domain(call).killed);
        assertEquals(List.of("slow\\x1b[2J down"), heard);
        assertEquals(List.of("This command was ended by AgentCgroup: it went on. Your session goes on."), exit(call, 9));
        Outcome outcome = journal.await(1).get(0);
        assertEquals(OptionalLong.of(7), outcome.grant().limits().memoryHighBytes());
        assertEquals(OptionalLong.of(200L << 20), outcome.grant().limits().memoryMaxBytes());
    }

    @Test
    void aCallWaitsIsToldWhyAndIsLetInWhenAnotherEnds() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall first = open();
        first.started(1);
        decision = request -> request.session().calls().isEmpty() ? admit() : waitFor(Duration.ofSeconds(60));
        CompletableFuture<OpenCall> second = engine.calls().open(NAME, request(ALICE), listener()).toCompletableFuture();
        waitFor(() -> !heard.isEmpty());
        assertTrue(heard.get(0).startsWith("Waiting to start: no room"), heard::toString);
        assertEquals(1, engine.calls().waiting().get(0).waiting().place());
        assertFalse(second.isDone());
        exit(first, 0);
        OpenCall let = second.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(engine.calls().waiting().isEmpty());
        let.started(1);
        exit(let, 0);
        assertTrue(journal.await(2).get(1).explanation().waited().toNanos() > 0);
    }

    @Test
    void aCallThatHasEndedTakesNoRoomThoughItIsNotJournalledYet() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        decision = request -> request.session().calls().isEmpty() ? admit() : waitFor(Duration.ofSeconds(60));
        for (int i = 0; i < 20; i++) {
            OpenCall call = open();
            call.started(1);
            exit(call, 0);
        }
        assertEquals(List.of(), heard);
        assertEquals(20, journal.await(20).size());
    }

    @Test
    void whoWaitsTooLongStartsWithWhatThereIs() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        decision = request -> waitFor(Duration.ofMillis(100));
        OpenCall late = open();
        assertEquals(OptionalLong.of(100L << 20), domain(late).applied.get(0).memoryMaxBytes());
    }

    @Test
    void priorityGoesFirstAndNobodyTakesAnothersPlace() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        SessionName urgent = new SessionName("urgent");
        engine.sessions().open(new SessionSpec(urgent, Optional.of(Priority.HIGH), ALICE, ALICE, OptionalLong.empty(), OptionalLong.empty(),
                Optional.empty()));
        decision = request -> waitFor(Duration.ofSeconds(60));
        List<CompletableFuture<OpenCall>> normal = List.of(ask(NAME), ask(NAME));
        waitFor(() -> engine.calls().waiting().size() == 2);
        CompletableFuture<OpenCall> high = ask(urgent);
        waitFor(() -> engine.calls().waiting().size() == 3);
        assertEquals(urgent, engine.calls().waiting().get(0).call().session());
        decision = request -> request.state().waiting().isEmpty() && request.state().sessions().stream().allMatch(s -> s.calls().isEmpty())
                ? admit() : waitFor(Duration.ofSeconds(60));
        engine.policiesChanged();
        high.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS).notStarted(2);
        normal.get(0).get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS).notStarted(2);
        normal.get(1).get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS).notStarted(2);
        journal.await(3);
    }

    @Test
    void nobodyWaitsForAClosedSessionOrAStoppedEngineOrAVanishedClient() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        decision = request -> waitFor(Duration.ofSeconds(60));
        CompletableFuture<OpenCall> vanished = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        vanished.cancel(false);
        assertTrue(engine.calls().waiting().isEmpty());
        CompletableFuture<OpenCall> closed = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        engine.sessions().close(NAME, "a test");
        assertInstanceOf(CallRefusedException.class, assertThrows(ExecutionException.class, () -> closed.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS)).getCause());
        session(LeftoverPolicy.DEFAULT);
        CompletableFuture<OpenCall> stopped = ask(NAME);
        waitFor(() -> engine.calls().waiting().size() == 1);
        engine.close();
        assertThrows(ExecutionException.class, () -> stopped.get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS));
    }

    @Test
    void whoComesAndGoesBesideOthersInASessionWithABudgetIsToldToThePolicy() throws Exception {
        List<Pressure> told = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            told.add(pressure);
            return List.of();
        };
        engine.sessions().open(new SessionSpec(NAME, Optional.empty(), ALICE, ALICE, OptionalLong.of(1L << 30), OptionalLong.empty(), Optional.empty()));
        OpenCall first = open();
        OpenCall second = open();
        waitFor(() -> told.size() == 1);
        exit(second, 0);
        waitFor(() -> told.size() == 2);
        exit(first, 0);
        journal.await(2);
        assertEquals(List.of(2L, 1L), told.stream().map(Pressure::amount).toList());
        assertTrue(told.stream().allMatch(one -> one.kind() == Pressure.Kind.CALLS_CHANGED && one.session().equals(Optional.of(NAME))), told::toString);
    }

    @Test
    void thePolicyKnowsWhatStandsBesideTheCallsOfASessionWithABudget() throws Exception {
        AtomicReference<SessionState> seen = new AtomicReference<>();
        Function<AdmissionRequest, Decision> grants = decision;
        decision = request -> {
            seen.set(request.session());
            return grants.apply(request);
        };
        node().agent().usage = anon(400L << 20);
        node().background().usage = anon(50L << 20);
        node().services().usage = anon(0);
        engine.sessions().open(new SessionSpec(NAME, Optional.empty(), ALICE, ALICE, OptionalLong.of(1L << 30), OptionalLong.empty(), Optional.empty()));
        OpenCall call = open();
        assertEquals(OptionalLong.of(450L << 20), seen.get().standingBytes());
        assertEquals(450L << 20, seen.get().asideBytes());
        exit(call, 0);
    }

    /** They fill what nobody wants, and are gone as soon as somebody wants it. */
    @Test
    void filesDoNotCountAsUsedOfTheHost() throws Exception {
        AtomicReference<OptionalLong> seen = new AtomicReference<>();
        Function<AdmissionRequest, Decision> grants = decision;
        decision = request -> {
            seen.set(request.state().host().usedBytes());
            return grants.apply(request);
        };
        tree.rootBytes = OptionalLong.of(10L << 30);
        tree.rootFileBytes = 7L << 30;
        session(LeftoverPolicy.DEFAULT);
        exit(open(), 0);
        assertEquals(OptionalLong.of(3L << 30), seen.get());
    }

    private static Usage anon(long bytes) {
        OptionalLong no = OptionalLong.empty();
        return new Usage(no, no, no, OptionalLong.of(bytes), no, no, no, no, no, no, no, no, no, no, no);
    }

    @Test
    void aRungEndsAtItsBoundAndThePolicyIsAskedOnce() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        call.started(1);
        List<Pressure.Kind> asked = new CopyOnWriteArrayList<>();
        reaction = pressure -> {
            asked.add(pressure.kind());
            return pressure.kind() == Pressure.Kind.MEMORY_HIGH
                    ? List.of(new Action.SoftLimit(call.id(), 50L << 20, Duration.ofMillis(100), "a test")) : List.of();
        };
        domain(call).memoryEvents(new DomainEvents(0, 3, 0, 0, 0, 0, 0));
        waitFor(() -> domain(call).applied.stream().anyMatch(limits -> limits.memoryHighBytes().equals(OptionalLong.of(50L << 20))));
        waitFor(() -> domain(call).applied.get(domain(call).applied.size() - 1).memoryHighBytes().equals(OptionalLong.of(Limits.UNLIMITED)));
        // On a busy machine it is let go before the question is put.
        assertTrue(asked.stream().filter(Pressure.Kind.RUNG_EXPIRED::equals).count() <= 1, asked::toString);
        assertEquals(Rung.FREE, engine.calls().running().get(0).standing().rung());
        exit(call, 0);
        assertEquals(List.of("soft-limit", "release"),
                journal.await(1).get(0).explanation().steps().stream().map(Explanation.Step::action).toList());
    }

    @Test
    void aCallThatWasFrozenRunsBeforeItIsFrozenAgainWhateverAPolicyWants() throws Exception {
        engine.close();
        engine = engine(Map.of("freeze_most_ms", 100));
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        call.started(1);
        reaction = pressure -> List.of(new Action.Freeze(call.id(), Duration.ofHours(1), "a test"));
        domain(call).memoryEvents(new DomainEvents(0, 0, 3, 0, 0, 0, 0));
        waitFor(() -> domain(call).freezes.size() >= 2);
        assertEquals(List.of(true, false), domain(call).freezes.subList(0, 2));
        assertEquals(1, engine.calls().running().get(0).standing().times());
    }

    @Test
    void aRestartTakesOverWhatRuns() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
    void aCallThatEndsAfterARestartWithoutItsShimIsJournalled() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        OpenCall call = open();
        call.started(1);
        restart();
        assertEquals(Outcome.End.UNSEEN, journal.await(1).get(0).end());
        waitFor(() -> node().calls().isEmpty());
        assertTrue(engine.calls().resume(NAME, call.id(), Conversation.NOBODY).isEmpty());
    }

    @Test
    void anExitOnRecordSurvivesTheDaemon() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        FakeDomain half = (FakeDomain) node().createCall(new CallId("half"));
        restart();
        assertTrue(half.removed);
        assertEquals(List.of(), journal.outcomes());
    }

    @Test
    void aCallOfWhichOnlyTheKernelKnowsIsJournalledIfAnythingRanInIt() throws Exception {
        session(LeftoverPolicy.DEFAULT);
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
        session(LeftoverPolicy.DEFAULT);
        FakeDomain odd = (FakeDomain) node().createCall(new CallId("odd"));
        odd.setAttribute(CallRecord.KEY, "{broken");
        odd.live(1);
        restart();
        odd.live();
        assertEquals("odd", journal.await(1).get(0).call().id().value());
    }

    @Test
    void aSessionThatARestartFindsEmptyIsClosedUnlessSomebodyComes() throws Exception {
        session(LeftoverPolicy.DEFAULT);
        FakeTree.Node node = node();
        restart();
        waitFor(() -> node.removed);
    }

    private void restart() {
        engine.close();
        engine = engine(Map.of());
    }

    private static Decision admit() {
        return Decision.admit(new Grant(Limits.builder().memoryMaxBytes(200L << 20).build(), Placement.CALL, "test", "a test"));
    }

    private static Decision waitFor(Duration atMost) {
        Grant less = new Grant(Limits.builder().memoryMaxBytes(100L << 20).build(), Placement.CALL, "test", "less");
        return new Decision.Wait(less, less, atMost, "no room");
    }

    private CompletableFuture<OpenCall> ask(SessionName session) {
        return engine.calls().open(session, request(ALICE), Conversation.NOBODY).toCompletableFuture();
    }

    private CallListener listener() {
        return new CallListener() {
            @Override
            public void feedback(String line) {
                heard.add(line);
            }

            @Override
            public void waiting(String reason, long atMostMs) {
                heard.add(reason);
            }
        };
    }

    private Engine engine(Map<String, Object> config) {
        Map<String, Object> values = new HashMap<>(config);
        values.putIfAbsent("idle_after_restart_s", 1);
        Engine made = new Engine(tree, journal, Configs.settings(values), Clocks.SYSTEM, enforcers, () -> providers,
                () -> policies, () -> HostMemory.UNKNOWN);
        made.start();
        return made;
    }

    private void session(LeftoverPolicy leftovers) {
        engine.sessions().open(spec(ALICE, leftovers));
    }

    private static SessionSpec spec(int uid, LeftoverPolicy leftovers) {
        return new SessionSpec(NAME, Optional.empty(), uid, uid, OptionalLong.empty(), OptionalLong.empty(), Optional.of(leftovers));
    }

    private OpenCall open() throws ExecutionException, InterruptedException {
        return open(request(ALICE));
    }

    private OpenCall open(CallRequest request) throws ExecutionException, InterruptedException {
        CallListener listener = new CallListener() {
            @Override
            public void feedback(String line) {
                heard.add(line);
            }

            @Override
            public void waiting(String reason, long atMostMs) {
                heard.add("waiting");
            }
        };
        return engine.calls().open(NAME, request, listener).toCompletableFuture().get();
    }

    private static CallRequest request(int uid) {
        return new CallRequest(ToolCall.Kind.SHELL, "bash", "make", false, "/", Optional.empty(), uid, uid, PID_UNLIKELY);
    }

    private static List<String> exit(OpenCall call, int waitStatus) throws Exception {
        return call.exited(waitStatus).toCompletableFuture().get(MemoryJournal.PATIENCE_S, TimeUnit.SECONDS);
    }

    private FakeTree.Node node() {
        return tree.session(NAME);
    }

    private FakeDomain domain(OpenCall call) {
        return node().calls.get(call.id());
    }

    private static IntentProvider provider(Function<ToolCall, Optional<Intent>> answer) {
        return new IntentProvider() {
            @Override
            public String name() {
                return "p";
            }

            @Override
            public Optional<Intent> intentFor(ToolCall call) {
                return answer.apply(call);
            }
        };
    }

    private static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MemoryJournal.PATIENCE_S);
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertTrue(condition.getAsBoolean());
    }

    /** Applies nothing, remembers where it should have. */
    private static final class TestEnforcer implements Enforcer {

        private final Tier tier;
        private final Predicate<Domain> refuses;
        private final List<String> applied = new CopyOnWriteArrayList<>();
        private volatile boolean stoodDown;
        private volatile Enforcer basis;

        TestEnforcer(Tier tier, Predicate<Domain> refuses) {
            this.tier = tier;
            this.refuses = refuses;
        }

        @Override
        public Tier tier() {
            return tier;
        }

        @Override
        public Capability capability() {
            return new Capability(tier.label(), true, "a test");
        }

        @Override
        public void apply(Session session, Domain domain, Limits limits) {
            if (refuses.test(domain)) {
                throw new CgroupException("no", 16);
            }
            applied.add(domain.path());
        }

        @Override
        public void update(Session session, Domain domain, Limits limits) {
            apply(session, domain, limits);
        }

        @Override
        public void release(Domain domain) {
            applied.remove(domain.path());
        }

        @Override
        public void standDown() {
            stoodDown = true;
        }

        @Override
        public boolean standsOn(Enforcer other) {
            return other == basis;
        }
    }
}
