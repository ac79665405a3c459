package io.agentcgroup.policy.fixed.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.LeftoverPolicy;
import io.agentcgroup.api.Limits.CpuMax;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.ToolCall;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.HostState;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixedPolicyTest {

    private static final long MIB = 1L << 20;
    private static final Intent NOTHING_KNOWN = Intent.from("merged").build();

    @ParameterizedTest(name = "{0} MiB wanted of a budget of {1} MiB with {2} MiB reserved gives {3} MiB")
    @CsvSource({
        "400, 4096, 256, 500",
        "10, 4096, 256, 64",
        "4096, 2048, 256, 1792",
        "400, 128, 256, 64",
    })
    void memoryIsTheIntentWithHeadroomBetweenFloorAndBudget(long wanted, long budget, long reserve, long granted) {
        Grant grant = admit(Map.of(), memory(wanted), Priority.NORMAL, OptionalLong.of(budget * MIB), reserve * MIB);
        assertEquals(OptionalLong.of(granted * MIB), grant.limits().memoryMaxBytes());
    }

    @Test
    void anAbsurdIntentDoesNotOverflow() {
        Intent absurd = Intent.from("merged").memoryBytes(Long.MAX_VALUE).build();
        Grant grant = admit(Map.of("headroom.percent", 1_000), absurd, Priority.NORMAL, OptionalLong.of(4096 * MIB), 0);
        assertEquals(OptionalLong.of(4096 * MIB), grant.limits().memoryMaxBytes());
    }

    @Test
    void anUnknownCommandGetsTheDefault() {
        Grant grant = admit(Map.of(), NOTHING_KNOWN, Priority.NORMAL, OptionalLong.empty(), 0);
        assertEquals(OptionalLong.of(2048 * MIB), grant.limits().memoryMaxBytes());
        assertEquals("2 GiB because nothing is known of this command", grant.reason());
    }

    @Test
    void theReasonTellsEachStepWithNumbers() {
        Grant grant = admit(Map.of(), memory(4096), Priority.NORMAL, OptionalLong.of(2048 * MIB), 256 * MIB);
        assertEquals("4 GiB wanted (a test) + 25 % headroom, cut to 1.8 GiB, all that the session's budget leaves beside the agent",
                grant.reason());
    }

    @Test
    void theWholeCallDiesOrNothingOfIt() {
        assertEquals(Optional.of(true), admit(Map.of(), memory(100), Priority.LOW, OptionalLong.empty(), 0).limits().oomGroup());
    }

    @Test
    void thereIsNoSoftLimitUnlessAskedFor() {
        assertTrue(admit(Map.of(), memory(100), Priority.LOW, OptionalLong.empty(), 0).limits().memoryHighBytes().isEmpty());
        assertEquals(OptionalLong.of(100 * MIB), admit(Map.of("high.percent", 80), memory(100), Priority.LOW,
                OptionalLong.empty(), 0).limits().memoryHighBytes());
    }

    @ParameterizedTest
    @CsvSource({"HIGH,300", "NORMAL,100", "LOW,30"})
    void theWeightFollowsThePriority(Priority priority, int weight) {
        assertEquals(OptionalInt.of(weight), admit(Map.of(), memory(100), priority, OptionalLong.empty(), 0).limits().cpuWeight());
    }

    @Test
    void aDeclaredCpuIsALimitOnlyWhenConfigured() {
        Intent twoCores = Intent.from("merged").cpuCores(2).build();
        assertTrue(admit(Map.of(), twoCores, Priority.LOW, OptionalLong.empty(), 0).limits().cpuMax().isEmpty());
        assertEquals(Optional.of(new CpuMax(200_000, 100_000)),
                admit(Map.of("cpu.cap", true), twoCores, Priority.LOW, OptionalLong.empty(), 0).limits().cpuMax());
    }

    @Test
    void processesAreBoundedByTheSessionToo() {
        assertEquals(OptionalLong.of(512), admit(Map.of(), NOTHING_KNOWN, Priority.LOW, OptionalLong.empty(), 0).limits().pidsMax());
        Intent many = Intent.from("merged").pidsMax(90_000).build();
        assertEquals(OptionalLong.of(1_000), admit(Map.of(), many, Priority.LOW, OptionalLong.empty(), 0).limits().pidsMax());
    }

    @Test
    void aServiceIsPlacedWhereTheIntentSays() {
        Intent service = Intent.from("merged").placement(Placement.SERVICE).build();
        assertEquals(Placement.SERVICE, admit(Map.of(), service, Priority.LOW, OptionalLong.empty(), 0).placement());
    }

    @ParameterizedTest
    @CsvSource({"headroom.percent,-1", "high.percent,101", "swap.percent,-5", "pids.max,0", "cpu.weight.low,0"})
    void aWrongNumberIsNamed(String property, int value) {
        String message = assertThrows(IllegalArgumentException.class, () -> FixedPolicy.configured(Map.of(property, value))).getMessage();
        assertTrue(message.startsWith(property + " is "), message);
    }

    @Test
    void aWrongSizeIsNamed() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> FixedPolicy.configured(Map.of("default.memory", "plenty"))).getMessage();
        assertEquals("default.memory is a size such as 256m or 2g, not \"plenty\"", message);
    }

    private static Intent memory(long mib) {
        return Intent.from("merged").memoryBytes(mib * MIB).reason("a test").build();
    }

    private static Grant admit(Map<String, Object> config, Intent intent, Priority priority, OptionalLong budget, long reserve) {
        SessionName name = new SessionName("s");
        Session session = new Session(name, priority, 0, 0, budget, OptionalLong.of(1_000), LeftoverPolicy.DEFAULT, Instant.EPOCH);
        ToolCall call = new ToolCall(new CallId("c"), name, ToolCall.Kind.SHELL, "bash", "true", false, "/", Optional.empty(),
                0, 1, Instant.EPOCH, 0);
        SessionState state = new SessionState(session, OptionalLong.empty(), 0, reserve, List.of());
        Decision decision = FixedPolicy.configured(config).admit(new AdmissionRequest(call, intent, List.of(), state,
                new PolicyState(HostState.UNKNOWN, List.of(state), List.of(), 0)));
        return assertInstanceOf(Decision.Admit.class, decision).grant();
    }
}
