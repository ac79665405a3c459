package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.cgroup.CgroupException;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.enforce.Tier;
import io.agentcgroup.api.engine.CallRefusedException;
import io.agentcgroup.api.engine.OpenCall;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.SessionState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a call is given, and where it is born. */
class GrantsTest extends EngineFixture {

    @Test
    void aCallIsGrantedRunsAndIsJournalledAndItsDomainGoes() throws Exception {
        session();
        OpenCall call = open();
        FakeDomain domain = domain(call);
        assertEquals(OptionalLong.of(GRANTED_BYTES), domain.applied.get(0).memoryMaxBytes());
        assertEquals(200, call.oomScoreAdj());
        assertEquals(1, engine.calls().running().size());

        call.started(PID_UNLIKELY);
        assertEquals(List.of(), exit(call, 3 << 8));

        Outcome outcome = journal.await(1).get(0);
        assertEquals(Outcome.End.EXITED, outcome.end());
        assertEquals(OptionalInt.of(3), outcome.exitCode());
        assertFalse(outcome.adopted());
        waitFor(() -> domain.removed && engine.calls().running().isEmpty());
        // It runs no more a moment before it counts as ended.
        waitFor(() -> engine.sessions().list().get(0).endedCalls() == 1);
    }

    @Test
    void noticesOfProvidersAreToldAndJournalled() throws Exception {
        providers.add(Played.provider(call -> Optional.of(Intent.from("declared").notices(List.of("\"x\" was ignored")).build())));
        session();
        OpenCall call = open();
        assertEquals(List.of("\"x\" was ignored"), call.notices());
        journal.awaitEvent("hint-bad");
        call.started(1);
        exit(call, 0);
        assertEquals(List.of("\"x\" was ignored"), journal.await(1).get(0).feedback());
    }

    @Test
    void aServiceIsBornBesideTheCalls() throws Exception {
        decision = request -> admit(Placement.SERVICE);
        session();
        OpenCall call = open();
        assertTrue(node().calls.isEmpty());
        call.started(1);
        assertEquals(List.of(), exit(call, 0));
        assertEquals(Placement.SERVICE, journal.await(1).get(0).grant().placement());
    }

    @Test
    void aDomainThatCannotBeMadeMeansACallWithoutOne() {
        session();
        tree.refusesCalls = true;
        ExecutionException refused = assertThrows(ExecutionException.class, this::open);
        assertInstanceOf(CallRefusedException.class, refused.getCause());
        assertTrue(refused.getCause().getMessage().startsWith("this command runs without a limit of its own"));
    }

    @Test
    void limitsThatCannotBeSetLeaveNoDomainBehind() {
        session();
        enforcers.add(new TestEnforcer(Tier.CGROUP, domain -> domain.path().startsWith("call-")));
        assertThrows(ExecutionException.class, this::open);
        assertTrue(node().calls.values().stream().allMatch(call -> call.removed));
        assertTrue(engine.calls().running().isEmpty());
    }

    @Test
    void limitsAreAppliedAnewWhenAStrongerEnforcerComes() throws Exception {
        session();
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
        session();
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
        sessionWithBudget(1L << 30);
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
        session();
        exit(open(), 0);
        assertEquals(OptionalLong.of(3L << 30), seen.get());
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
