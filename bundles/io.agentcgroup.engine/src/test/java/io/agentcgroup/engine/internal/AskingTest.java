package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.engine.PluginStatus.Kind;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.HostState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Providers and policies are asked, and none can do harm. */
class AskingTest {

    private static final long MIB = 1L << 20;
    private static final SessionName SESSION = new SessionName("s");
    private static final CallId RUNNING = new CallId("r");
    private static final ToolCall CALL = new ToolCall(new CallId("c"), SESSION, ToolCall.Kind.SHELL, "bash", "make", false, "/",
            Optional.empty(), 0, 1, Instant.EPOCH, 0);
    private static final Grant GRANT = grant(Limits.NONE);
    private static final Duration BUDGET = Duration.ofMillis(100);

    private final MemoryJournal journal = new MemoryJournal();
    private final Faults faults = new Faults(journal, Clocks.SYSTEM);
    private final Workers workers = new Workers();
    private final Fence fence = new Fence(BUDGET, workers, Clocks.SYSTEM, faults, () -> { });
    private final List<AdaptivePolicy> policies = new ArrayList<>();
    private final Guards<AdaptivePolicy> guards = new Guards<>(() -> List.copyOf(policies), Kind.POLICY, Clocks.SYSTEM, 3);
    private final Admission admission = new Admission(guards, fence);

    @AfterEach
    void stop() {
        fence.close();
        workers.close();
    }

    @Test
    void aProviderThatThrowsOrAnswersNullIsPassedOverAndReported() throws Exception {
        IntentProvider good = Played.provider(call -> Optional.of(Intent.from("good").memoryBytes(7).build()));
        IntentProvider bad = Played.provider(call -> {
            throw new IllegalStateException("broken \u001b[2J");
        });
        List<IntentProvider> all = List.of(bad, Played.provider(call -> null), good);
        Intents intents = new Intents(new Guards<>(() -> all, Kind.INTENT, Clocks.SYSTEM, 3), fence, fence);
        List<String> answers = fence.call(errand -> {
            List<String> said = new ArrayList<>();
            intents.ask(errand, CALL, one -> said.add(one.intent().provider()));
            return said;
        }, List::of);
        assertEquals(List.of("good"), answers);
        assertEquals(-1, journal.awaitEvent("provider-fault").message().indexOf('\u001b'));
    }

    @Test
    void aPolicySaysWhatItIsCalledBeforeACallComesAndOneThatCannotHoldsUpNobody() throws Exception {
        AdaptivePolicy good = policy(request -> Decision.admit(GRANT), (pressure, state) -> List.of());
        CountDownLatch never = new CountDownLatch(1);
        AdaptivePolicy blocks = new AdaptivePolicy() {
            @Override
            public String name() {
                awaitAndGoOnAwaiting(never);
                return "too late";
            }

            @Override
            public Decision admit(AdmissionRequest request) {
                throw new AssertionError("nobody has asked it");
            }
        };
        policies.addAll(List.of(blocks, good));
        try {
            admission.introduce();
            journal.awaitEvent("policy-fault");
            // Each is asked on a thread of its own, which on a busy machine has its turn later than the other's time is up.
            EngineFixture.waitFor(() -> List.of(blocks.getClass().getName(), good.name()).equals(namesOfPolicies()));
        } finally {
            never.countDown();
        }
    }

    private List<String> namesOfPolicies() {
        return guards.all().stream().map(one -> one.status(1, true).name()).toList();
    }

    @Test
    void theLastWorkerMayWaitForAPluginThatIsStuck() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Workers one = new Workers(Executors.newSingleThreadExecutor(), Executors.newSingleThreadExecutor(), Workers.timerThread());
                Fence its = new Fence(BUDGET, one, Clocks.SYSTEM, faults, () -> { })) {
            AdaptivePolicy blocks = policy(request -> {
                awaitAndGoOnAwaiting(never);
                return Decision.admit(GRANT);
            }, (pressure, state) -> List.of());
            Guarded<AdaptivePolicy> stuck = new Guarded<>(blocks, Kind.POLICY, Clocks.SYSTEM, 3);
            CompletableFuture<String> answer = new CompletableFuture<>();
            one.run(() -> answer.complete(its.call(
                    errand -> errand.ask(stuck, "decide", asked -> asked.admit(request(OptionalLong.empty()))).map(Object::toString).orElse("nothing"),
                    () -> "otherwise")));
            assertEquals("otherwise", answer.get(20, TimeUnit.SECONDS));
        } finally {
            never.countDown();
        }
    }

    private static void awaitAndGoOnAwaiting(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // Whoever interrupts a plug-in cannot count on its listening.
            }
        }
    }

    @Test
    void withoutAPolicyTheSafeGrantHolds() {
        Grant grant = granted(OptionalLong.of(1024 * MIB));
        assertEquals(SafeGrant.POLICY, grant.policy());
        assertEquals(OptionalLong.of(768 * MIB), grant.limits().memoryMaxBytes());
        assertEquals(Optional.of(true), grant.limits().oomGroup());
        assertEquals(OptionalLong.of(2048 * MIB), granted(OptionalLong.empty()).limits().memoryMaxBytes());
    }

    @Test
    void aPolicyThatMakesNoSenseIsOverruledAndReported() throws Exception {
        Limits slipped = Limits.builder().memoryMaxBytes(4_096).build();
        assertEquals(SafeGrant.POLICY, admitted(r -> null));
        assertEquals(SafeGrant.POLICY, admitted(r -> Decision.admit(null)));
        assertEquals(SafeGrant.POLICY, admitted(r -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals(SafeGrant.POLICY, admitted(r -> {
            throw new StackOverflowError();
        }));
        assertEquals(SafeGrant.POLICY, admitted(r -> Decision.admit(grant(slipped))));
        assertEquals(SafeGrant.POLICY, admitted(r -> Decision.admit(grant(Limits.builder().pidsMax(0).build()))));
        assertEquals(SafeGrant.POLICY, admitted(r -> Decision.admit(new Grant(Limits.NONE, null, "p", "r"))));
        assertEquals(SafeGrant.POLICY, admitted(r -> new Decision.Wait(GRANT, GRANT, Duration.ZERO, "why")));
        assertEquals(SafeGrant.POLICY, admitted(r -> new Decision.Wait(GRANT, grant(slipped), Duration.ofSeconds(1), "why")));
        assertEquals("p", admitted(r -> Decision.admit(GRANT)));
        journal.awaitEvent("policy-fault");
    }

    @Test
    void theNextPolicyDecidesWhenTheFirstHasFailedThreeTimes() throws Exception {
        policies.add(policy(r -> {
            throw new IllegalStateException("broken");
        }, (p, s) -> List.of()));
        policies.add(policy(r -> Decision.admit(GRANT), (p, s) -> List.of()));
        for (int i = 0; i < 3; i++) {
            assertEquals(SafeGrant.POLICY, granted(OptionalLong.empty()).policy());
        }
        assertEquals("p", granted(OptionalLong.empty()).policy());
        assertTrue(journal.awaitEvent("plugin-fenced").message().contains("the next policy decides"));
        assertTrue(guards.all().get(0).status(1, false).fenced().isPresent());
    }

    @Test
    void aPolicyThatBlocksHoldsUpNobodyElse() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        policies.add(policy(r -> {
            boolean free = false;
            while (!free) {
                try {
                    never.await();
                    free = true;
                } catch (InterruptedException e) {
                    // It does not want to be woken either.
                }
            }
            return null;
        }, (p, s) -> List.of()));
        policies.add(policy(r -> Decision.admit(GRANT), (p, s) -> List.of()));

        assertEquals(SafeGrant.POLICY, assertTimeoutPreemptively(Duration.ofSeconds(20), () -> granted(OptionalLong.empty())).policy(),
                "it would never have come back");
        assertEquals("p", granted(OptionalLong.empty()).policy(), "while one thread is stuck in the first, the next is asked");
        assertTrue(journal.awaitEvent("plugin-fenced").message().contains("has not come back"));
        never.countDown();
    }

    @Test
    void aPolicyThatComputesForEverIsLeftBehind() {
        AtomicBoolean enough = new AtomicBoolean();
        policies.add(policy(r -> {
            while (!enough.get()) {
                Thread.onSpinWait();
            }
            return null;
        }, (p, s) -> List.of()));
        assertEquals(SafeGrant.POLICY, granted(OptionalLong.empty()).policy());
        assertFalse(guards.all().get(0).open());
        policies.add(policy(r -> Decision.admit(GRANT), (p, s) -> List.of()));
        assertEquals("p", granted(OptionalLong.empty()).policy());
        enough.set(true);
    }

    @Test
    void whatAPolicyCannotWantIsLeftOut() {
        Action sensible = new Action.Release(RUNNING, "enough");
        assertEquals(List.of(sensible), reactions((p, s) -> List.of(new Action.EndCall(new CallId("nobody"), "x"), sensible)));
        assertEquals(List.of(sensible), reactions((p, s) -> Arrays.asList(null, sensible)));
        assertEquals(List.of(sensible), reactions((p, s) -> List.of(new Action.Freeze(RUNNING, Duration.ofSeconds(-1), "x"), sensible)));
        assertEquals(List.of(sensible), reactions((p, s) -> List.of(new Action.SoftLimit(RUNNING, -1, Duration.ofSeconds(1), "x"), sensible)));
        assertEquals(List.of(sensible), reactions((p, s) -> List.of(new Action.Reclaim(RUNNING, 0, "x"), sensible)));
        assertEquals(List.of(), reactions((p, s) -> Collections.nCopies(1_000_000, sensible)));
        assertEquals(List.of(), reactions((p, s) -> null));
        assertEquals(List.of(), reactions((p, s) -> {
            throw new IllegalStateException("broken");
        }));
    }

    @Test
    void theHigherRankedServiceIsAskedFirst() {
        Ranked<Integer, String> ranked = new Ranked<>();
        ranked.add(100, "low");
        ranked.add(300, "high");
        ranked.add(200, "middle");
        assertEquals(List.of("high", "middle", "low"), ranked.inOrder());
        ranked.remove(300);
        assertEquals(Optional.of("middle"), ranked.first());
    }

    @Test
    void idsDifferAndAreNames() {
        CallIds ids = new CallIds(Instant.parse("2026-11-22T12:00:00Z"));
        CallIds others = new CallIds(Instant.parse("2026-11-22T12:00:01Z"));
        List<CallId> some = List.of(ids.next(), ids.next(), others.next());
        assertEquals(3, some.stream().distinct().count());
        assertEquals(List.of(), some.stream().filter(id -> id.value().length() > 12).toList(), "short enough to type");
    }

    private String admitted(Function<AdmissionRequest, Decision> answer) {
        policies.clear();
        policies.add(policy(answer, (p, s) -> List.of()));
        return granted(OptionalLong.empty()).policy();
    }

    private Grant granted(OptionalLong budget) {
        AdmissionRequest request = request(budget);
        Decision decision = fence.call(errand -> admission.admit(errand, request), () -> Decision.admit(SafeGrant.of(request)));
        return ((Decision.Admit) decision).grant();
    }

    private List<Action> reactions(BiFunction<Pressure, PolicyState, List<Action>> reaction) {
        policies.clear();
        policies.add(policy(r -> Decision.admit(GRANT), reaction));
        PolicyState state = request(OptionalLong.empty()).state();
        Pressure pressure = new Pressure(Optional.of(SESSION), Optional.empty(), Pressure.Kind.MEMORY_MAX, 1, 0);
        return fence.call(errand -> admission.react(errand, pressure, state), () -> Admission.Reaction.NONE).actions();
    }

    private static Grant grant(Limits limits) {
        return new Grant(limits, Placement.CALL, "p", "r");
    }

    private static AdaptivePolicy policy(Function<AdmissionRequest, Decision> answer, BiFunction<Pressure, PolicyState, List<Action>> reaction) {
        return Played.policy("p", answer, reaction);
    }

    private static AdmissionRequest request(OptionalLong budget) {
        Session session = new Session(SESSION, Priority.NORMAL, 0, 0, budget, OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.EPOCH);
        CallState running = new CallState(RUNNING, GRANT, 0, OptionalLong.empty(), 0, 0, Standing.free(0), CallState.Phase.RUNS);
        SessionState state = new SessionState(session, OptionalLong.empty(), 0, 256 * MIB, List.of(running));
        return new AdmissionRequest(CALL, Weighed.of(List.of(), new Trust()).merged(), List.of(), state,
                new PolicyState(HostState.UNKNOWN, List.of(state), List.of(), 0));
    }
}
