package io.agentcgroup.itests.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.ArrayView;
import io.agentcgroup.api.bpf.BpfEvents;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.HashView;
import io.agentcgroup.api.bpf.shared.DomainEntry;
import io.agentcgroup.api.bpf.shared.EventEntry;
import io.agentcgroup.api.bpf.shared.HoldEntry;
import io.agentcgroup.api.bpf.shared.PolicyEntry;
import io.agentcgroup.api.bpf.shared.SharedMaps;
import io.agentcgroup.api.cgroup.Domain;
import io.agentcgroup.api.cgroup.SessionNode;
import io.agentcgroup.api.enforce.KernelEvent;
import io.agentcgroup.api.enforce.KernelEvent.Kind;
import io.agentcgroup.itests.kernel.KernelTree;
import io.agentcgroup.itests.kernel.Notifications;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom the memory guard holds back, for whom and for how long. What the held do meanwhile is the scheduler's to test. */
class MemoryGuardTest {

    private static final long MIB = 1L << 20;
    private static final long HOLD_MIN_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long HOLD_MAX_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long NS_PER_PAGE = TimeUnit.MICROSECONDS.toNanos(20);
    /** A part of the time that it was held is a domain's own before it is held again: {@code GUARD_REST_SHIFT}. */
    private static final int REST = 4;
    private static final Map<Kind, Integer> NUMBERS = Map.of(Kind.BREACH, EventEntry.BREACH, Kind.HELD, EventEntry.HOLD);

    private final KernelTree kernel = new KernelTree();
    private final KernelPrograms programs = new KernelPrograms();
    private final RecordedKernelEvents events = new RecordedKernelEvents();
    private final SessionNode high = kernel.session("high");
    private final SessionNode low = kernel.session("low");
    private final SessionNode peer = kernel.session("peer");
    private BpfObject guard;
    private List<BpfLink> links;
    private BpfEvents reading;
    private HashView<Long, DomainEntry> domains;
    private HashView<Long, HoldEntry> holds;
    private Domain highCall;
    private Domain lowCall;
    private Domain peerCall;

    @BeforeEach
    void load() throws Exception {
        guard = programs.loader().open("guard", KernelPrograms.image("guard"));
        guard.load();
        links = guard.attachAll();
        domains = programs.hash(SharedMaps.DOMAINS, DomainEntry.CODEC);
        holds = programs.hash(SharedMaps.HOLDS, HoldEntry.CODEC);
        reading = programs.loader().consume(programs.map(SharedMaps.EVENTS), bytes -> record(EventEntry.CODEC.read(bytes)));
        policy(PolicyEntry.HOLD);
        highCall = known(high, Priority.HIGH);
        lowCall = known(low, Priority.LOW);
        peerCall = known(peer, Priority.HIGH);
    }

    private void record(EventEntry entry) {
        NUMBERS.forEach((kind, number) -> {
            if (number == entry.kind()) {
                events.happened(new KernelEvent(entry.session(), entry.cgroup(), kind, entry.value(), entry.value2(), entry.pid(),
                        entry.comm(), entry.timeNs()));
            }
        });
    }

    private void policy(int flags) {
        ArrayView.of(programs.map(SharedMaps.POLICY), PolicyEntry.CODEC).set(0, new PolicyEntry(HOLD_MIN_NS, HOLD_MAX_NS, QUIET_NS,
                NS_PER_PAGE, List.of(0, PolicyEntry.bits(Set.of(Priority.NORMAL, Priority.LOW)), PolicyEntry.bits(Set.of(Priority.LOW)), 0),
                flags));
    }

    private Domain known(SessionNode session, Priority priority) {
        Domain call = session.createCall(new CallId("1"));
        know(session, session, priority, DomainEntry.ROLE_SESSION);
        know(session, session.agent(), priority, DomainEntry.ROLE_AGENT);
        know(session, call, priority, DomainEntry.ROLE_CALL);
        return call;
    }

    private void know(SessionNode session, Domain domain, Priority priority, int role) {
        domains.put(domain.id(), new DomainEntry(session.id(), DomainEntry.priorityOf(priority), role));
    }

    @AfterEach
    void unload() throws Exception {
        kernel.close();
        reading.close();
        links.forEach(BpfLink::close);
        guard.close();
        programs.close();
    }

    /** Takes 8 MiB, gives them back, and so on. */
    private Process startTaker(Domain domain) throws Exception {
        return kernel.start(domain, "exec perl -e 'my $n = 8 << 20;"
                + " for (;;) { my $p = fork; if (!$p) { my $s = \"x\" x $n; exit 0 } waitpid $p, 0 }'");
    }

    /** Needs more than its session may have without being slowed down. */
    private Process breach(SessionNode session, Domain call) throws Exception {
        session.apply(Limits.builder().memoryHighBytes(16 * MIB).build());
        return kernel.startHog(call, 64);
    }

    private static Predicate<KernelEvent> held(Domain domain) {
        return event -> event.kind() == Kind.HELD && event.domain() == domain.id();
    }

    @Test
    void aSessionOverItsMemoryHighHoldsALessImportantCallAndLetsItGo() throws Exception {
        startTaker(lowCall);
        Process breaching = breach(high, highCall);
        KernelEvent first = events.await(1, held(lowCall)).get(0);
        assertEquals(high.id(), first.other(), "for whose sake");
        assertEquals(low.id(), first.session());
        KernelEvent breach = events.await(1, event -> event.kind() == Kind.BREACH).get(0);
        assertEquals(highCall.id(), breach.domain());

        breaching.destroyForcibly().waitFor();
        KernelTree.awaitEmpty(highCall);
        HoldEntry last = holds.get(lowCall.id()).orElseThrow();
        assertTrue(last.untilNs() - System.nanoTime() <= QUIET_NS, "held for longer than the pressure and the time to be sure");
        // Until then it may be held for the sake of what has just ended.
        long quietFromNs = System.nanoTime() + QUIET_NS;
        // It goes on taking, and nobody minds.
        for (int unminded = 0; unminded < 3;) {
            boolean quiet = System.nanoTime() > quietFromNs;
            kernel.start(lowCall, "perl -e 'my $s = \"x\" x (8 << 20)'; exit 0").waitFor();
            unminded += quiet ? 1 : 0;
        }
        assertEquals(List.of(), events.all(held(lowCall).and(event -> event.kernelMonotonicNs() > quietFromNs)));
    }

    @Test
    void theAgentIsNeverHeldNorASessionAsAWhole() throws Exception {
        startTaker(low.agent());
        startTaker(low.services());
        startTaker(lowCall);
        breach(high, highCall);
        events.await(5, held(lowCall));
        assertEquals(Set.of(lowCall.id()), Set.copyOf(events.all(e -> e.kind() == Kind.HELD).stream().map(KernelEvent::domain).toList()));
        assertTrue(holds.get(low.agent().id()).isEmpty() && holds.get(low.id()).isEmpty());
    }

    @Test
    void whoMattersAsMuchIsNeverHeld() throws Exception {
        startTaker(peerCall);
        startTaker(lowCall);
        breach(high, highCall);
        events.await(5, held(lowCall));
        assertEquals(List.of(), events.all(held(peerCall)));
        assertEquals(List.of(), events.all(held(highCall)));
    }

    @Test
    void theLessImportantHoldNobody() throws Exception {
        startTaker(peerCall);
        Process breaching = breach(low, lowCall);
        awaitSlowDown(low);
        assertEquals(List.of(), events.all(event -> true));
        assertTrue(breaching.isAlive());
    }

    @Test
    void aCallOverItsOwnLimitHoldsNobody() throws Exception {
        startTaker(lowCall);
        highCall.apply(Limits.builder().memoryHighBytes(16 * MIB).build());
        kernel.startHog(highCall, 64);
        awaitSlowDown(highCall);
        assertEquals(List.of(), events.all(event -> true));
    }

    /** Returns when the kernel has counted some slow-downs at {@code memory.high}. */
    private static void awaitSlowDown(Domain domain) throws Exception {
        Notifications notifications = new Notifications();
        try (Domain.Watch watch = domain.watch(notifications)) {
            notifications.await(() -> domain.events().high() > 10);
        }
    }

    @Test
    void whoTakesNothingIsNotHeld() throws Exception {
        kernel.start(lowCall, "while :; do :; done");
        breach(high, highCall);
        events.await(2, event -> event.kind() == Kind.BREACH);
        assertEquals(List.of(), events.all(held(lowCall)));
    }

    @Test
    void holdsAreBoundedAndTheHeldRunBetweenThem() throws Exception {
        startTaker(lowCall);
        breach(high, highCall);
        List<KernelEvent> begun = events.await(20, held(lowCall));
        for (int i = 0; i < begun.size(); i++) {
            long asked = begun.get(i).amount();
            assertTrue(asked >= HOLD_MIN_NS && asked <= HOLD_MAX_NS, begun.get(i)::toString);
            if (i > 0) {
                long apart = begun.get(i).kernelMonotonicNs() - begun.get(i - 1).kernelMonotonicNs();
                long due = begun.get(i - 1).amount() * (REST + 1) / REST;
                assertTrue(apart >= due, apart + " ns after a hold of " + begun.get(i - 1).amount() + " ns");
            }
        }
        HoldEntry entry = holds.get(lowCall.id()).orElseThrow();
        assertTrue(entry.untilNs() - entry.sinceNs() <= HOLD_MAX_NS, entry::toString);
        assertEquals(HoldEntry.BY_MEMGUARD, entry.by());
    }

    @Test
    void aShortageOfTheBudgetOfAllIsAShortage() throws Exception {
        startTaker(lowCall);
        kernel.tree().applyToRoot(Limits.builder().memoryMaxBytes(48 * MIB).build());
        highCall.apply(Limits.builder().swapMaxBytes(0).build());
        kernel.startHog(highCall, 40);
        assertEquals(high.id(), events.await(1, held(lowCall)).get(0).other());
    }

    @Test
    void withoutLeaveToHoldPressureIsOnlyTold() throws Exception {
        policy(0);
        startTaker(lowCall);
        breach(high, highCall);
        events.await(3, event -> event.kind() == Kind.BREACH);
        assertFalse(events.all(event -> true).stream().anyMatch(event -> event.kind() == Kind.HELD));
    }
}
