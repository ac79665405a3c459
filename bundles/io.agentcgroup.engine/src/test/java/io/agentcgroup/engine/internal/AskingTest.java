package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.intent.IntentProvider;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.PolicyState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Providers and policies are asked, and none can do harm. */
class AskingTest {

    private static final long MIB = 1L << 20;
    private static final SessionName SESSION = new SessionName("s");
    private static final ToolCall CALL = new ToolCall(new CallId("c"), SESSION, ToolCall.Kind.SHELL, "bash", "make", false, "/",
            Optional.empty(), 0, 1, Instant.EPOCH, 0);

    private final MemoryJournal journal = new MemoryJournal();
    private final Faults faults = new Faults(journal, Clocks.SYSTEM);

    @Test
    void eachPartComesFromTheFirstThatSaysIt() {
        Intent first = Intent.from("a").cpuCores(2).notices(List.of("n1")).reason("ra").build();
        Intent second = Intent.from("b").memoryBytes(5).cpuCores(9).confidence(0.7).reason("rb").notices(List.of("n2")).build();
        Intent merged = Intents.merge(List.of(first, second));
        assertEquals(OptionalDouble.of(2), merged.cpuCores());
        assertEquals(OptionalLong.of(5), merged.memoryBytes());
        assertEquals("rb", merged.reason());
        assertEquals(0.7, merged.confidence());
        assertEquals(List.of("n1", "n2"), merged.notices());
    }

    @Test
    void nobodyKnowingIsAnAnswer() {
        Intent merged = Intents.merge(List.of());
        assertEquals(OptionalLong.empty(), merged.memoryBytes());
        assertEquals(0, merged.confidence());
    }

    @Test
    void aProviderThatThrowsOrAnswersNullIsPassedOverAndReported() throws Exception {
        IntentProvider good = provider(call -> Optional.of(Intent.from("good").memoryBytes(7).build()));
        IntentProvider bad = provider(call -> {
            throw new IllegalStateException("broken \u001b[2J");
        });
        Intents intents = new Intents(() -> List.of(bad, provider(call -> null), good), faults);
        assertEquals(List.of("good"), intents.of(CALL).stream().map(Intent::provider).toList());
        assertEquals(-1, journal.awaitEvent("provider-fault").message().indexOf('\u001b'));
    }

    @Test
    void withoutAPolicyTheSafeGrantHolds() {
        Grant grant = new Admission(Optional::empty, faults).admit(request(OptionalLong.of(1024 * MIB)));
        assertEquals(SafeGrant.POLICY, grant.policy());
        assertEquals(OptionalLong.of(768 * MIB), grant.limits().memoryMaxBytes());
        assertEquals(Optional.of(true), grant.limits().oomGroup());
        assertEquals(OptionalLong.of(2048 * MIB),
                new Admission(Optional::empty, faults).admit(request(OptionalLong.empty())).limits().memoryMaxBytes());
    }

    @Test
    void aPolicyThatMakesNoSenseIsOverruledAndReported() throws Exception {
        assertEquals(SafeGrant.POLICY, admitted(r -> null));
        assertEquals(SafeGrant.POLICY, admitted(r -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals(SafeGrant.POLICY, admitted(r -> grant(Limits.builder().memoryMaxBytes(4_096).build())));
        assertEquals(SafeGrant.POLICY, admitted(r -> grant(Limits.builder().pidsMax(0).build())));
        assertEquals(SafeGrant.POLICY, admitted(r -> new Grant(Limits.NONE, null, "p", "r")));
        assertEquals("p", admitted(r -> grant(Limits.NONE)));
        journal.awaitEvent("policy-fault");
    }

    @Test
    void aPolicyThatCannotReactDoesNothing() {
        AdaptivePolicy policy = new AdaptivePolicy() {
            @Override
            public String name() {
                return "p";
            }

            @Override
            public Grant admit(AdmissionRequest request) {
                return grant(Limits.NONE);
            }

            @Override
            public List<Action> react(Pressure pressure, PolicyState state) {
                throw new IllegalStateException("broken");
            }
        };
        assertEquals(List.of(), new Admission(() -> Optional.of(policy), faults)
                .react(new Pressure(SESSION, Optional.empty(), Pressure.Kind.MEMORY_MAX, 1, 0), request(OptionalLong.empty()).state()));
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

    private String admitted(Function<AdmissionRequest, Grant> policy) {
        AdaptivePolicy asked = new AdaptivePolicy() {
            @Override
            public String name() {
                return "p";
            }

            @Override
            public Grant admit(AdmissionRequest request) {
                return policy.apply(request);
            }
        };
        return new Admission(() -> Optional.of(asked), faults).admit(request(OptionalLong.empty())).policy();
    }

    private static Grant grant(Limits limits) {
        return new Grant(limits, Placement.CALL, "p", "r");
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

    private static AdmissionRequest request(OptionalLong budget) {
        Session session = new Session(SESSION, Priority.NORMAL, 0, 0, budget, OptionalLong.empty(), LeftoverPolicy.DEFAULT, Instant.EPOCH);
        return new AdmissionRequest(CALL, Intents.merge(List.of()), List.of(), new PolicyState(session, OptionalLong.empty(), Map.of(),
                OptionalLong.empty(), OptionalLong.empty(), 256 * MIB));
    }
}
