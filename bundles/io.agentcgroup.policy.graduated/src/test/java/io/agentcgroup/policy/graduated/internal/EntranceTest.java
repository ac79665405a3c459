package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.policy.graduated.internal.Moments.MIB;
import static io.agentcgroup.policy.graduated.internal.Moments.arrival;
import static io.agentcgroup.policy.graduated.internal.Moments.call;
import static io.agentcgroup.policy.graduated.internal.Moments.host;
import static io.agentcgroup.policy.graduated.internal.Moments.memory;
import static io.agentcgroup.policy.graduated.internal.Moments.session;
import static io.agentcgroup.policy.graduated.internal.Moments.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.Standing;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import io.agentcgroup.api.policy.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call gets, and whether it waits. */
class EntranceTest {

    private static final Standing FREE = Standing.free(0);
    private static final Intent UNKNOWN = Intent.from("merged").build();

    private final GraduatedPolicy policy = GraduatedPolicy.configured(Map.of());

    @ParameterizedTest(name = "{0} MiB wanted of a budget of {1} MiB: soft {2}, hard {3}")
    @CsvSource({"400, 4096, 500, 2000", "10, 4096, 64, 256", "1000, 2048, 1250, 2048", "4096, 2048, -1, 2048"})
    void theSoftLimitIsWhatIsExpectedAndTheHardOneSeveralTimesThat(long wanted, long budget, long soft, long hard) {
        Grant grant = admitted(arrival(host(8192, state(session("s", Priority.NORMAL, budget))), "s", memory(wanted)));
        assertEquals(soft < 0 ? OptionalLong.empty() : OptionalLong.of(soft * MIB), grant.limits().memoryHighBytes());
        assertEquals(OptionalLong.of(hard * MIB), grant.limits().memoryMaxBytes());
        assertEquals(OptionalLong.of((soft < 0 ? hard : soft) * MIB), grant.expectedBytes());
    }

    /** A budget of 2000 MiB with an agent of 200 beside the calls. */
    @ParameterizedTest(name = "a neighbour promised {0} MiB that uses {1}: soft {2}, hard {3}")
    @CsvSource({"500, 100, 500, 1260", "500, 700, 500, 1060", "1300, 10, 437, 500"})
    void whatNeighboursWerePromisedIsTheirs(long promised, long used, long soft, long hard) {
        PolicyState state = host(8192, state(session("s", Priority.NORMAL, 2000), 200, running("a", used, promised)));
        Grant grant = admitted(arrival(state, "s", memory(400)));
        assertEquals(soft, grant.limits().memoryHighBytes().getAsLong() / MIB);
        assertEquals(hard, grant.limits().memoryMaxBytes().getAsLong() / MIB);
        assertTrue(grant.reason().endsWith("is kept for its agent and promised to its other commands"), grant.reason());
    }

    @Test
    void aCallOfWhichNothingIsKnownLeavesNeighboursTheirsToo() {
        PolicyState state = host(8192, state(session("s", Priority.HIGH, 2000), 200, running("a", 100, 1000)));
        assertEquals(OptionalLong.of(760 * MIB), admitted(arrival(state, "s", UNKNOWN)).limits().memoryMaxBytes());
    }

    @Test
    void whatTheAgentHoldsNoCallCanHave() {
        PolicyState state = host(8192, state(session("s", Priority.NORMAL, 2000), 900));
        assertEquals(OptionalLong.of(1100 * MIB), admitted(arrival(state, "s", memory(4096))).limits().memoryMaxBytes());
    }

    @Test
    void filesThatEndedCallsHaveReadAreRoom() {
        SessionState full = new SessionState(session("s", Priority.NORMAL, 2000), OptionalLong.of(2000 * MIB), 0, 0, OptionalLong.of(200 * MIB),
                List.of(running("a", 100, 400)));
        admitted(arrival(host(8192, full), "s", memory(400)));
    }

    @Test
    void aHighOneHasNoSoftLimitAndItsMemoryIsProtected() {
        Limits limits = admitted(arrival(host(8192, state(session("s", Priority.HIGH, 4096))), "s", memory(400))).limits();
        assertTrue(limits.memoryHighBytes().isEmpty());
        assertEquals(OptionalLong.of(500 * MIB), limits.memoryLowBytes());
    }

    @Test
    void nothingKnownMeansNoExpectationAndADefaultLimit() {
        Grant grant = admitted(arrival(host(8192, state(session("s", Priority.NORMAL, 4096))), "s", UNKNOWN));
        assertEquals(OptionalLong.empty(), grant.expectedBytes());
        assertEquals(OptionalLong.of(2048 * MIB), grant.limits().memoryMaxBytes());
    }

    @Test
    void anAbsurdIntentDoesNotOverflow() {
        Intent absurd = Intent.from("merged").memoryBytes(Long.MAX_VALUE).build();
        assertEquals(OptionalLong.of(4096 * MIB), admitted(arrival(host(8192, state(session("s", Priority.LOW, 4096))), "s", absurd))
                .limits().memoryMaxBytes());
    }

    @Test
    void aCallWaitsWhenItsSessionIsFull() {
        PolicyState state = host(8192, state(session("s", Priority.NORMAL, 1000), running("a", 100, 1200)));
        Decision.Wait wait = waits(arrival(state, "s", memory(400)));
        assertEquals("its session's commands need 1.2 GiB of 1000 MiB, and this one 500 MiB", wait.reason());
        assertTrue(wait.otherwise().expectedBytes().getAsLong() <= 500 * MIB);
    }

    @Test
    void aCallWaitsWhenTheHostIsFullButNotWhenItIsAlone() {
        PolicyState full = host(1000, state(session("s", Priority.NORMAL, 0)), state(session("t", Priority.NORMAL, 0), running("a", 100, 1200)));
        assertTrue(waits(arrival(full, "s", memory(400))).reason().startsWith("all sessions' commands need"));
        admitted(arrival(host(1000, state(session("s", Priority.NORMAL, 0))), "s", memory(4000)));
    }

    @Test
    void memoryInUseCountsNotOnlyWhatWasExpected() {
        PolicyState tight = host(1000, state(session("s", Priority.LOW, 0)), state(session("t", Priority.NORMAL, 0), running("a", 960, 10)));
        assertTrue(waits(arrival(tight, "s", UNKNOWN)).reason().startsWith("the host has 40 MiB left"));
    }

    @Test
    void forAHighOneTheOthersStandBackInstead() {
        PolicyState tight = host(1000, state(session("s", Priority.HIGH, 0)), state(session("t", Priority.LOW, 0), running("a", 960, 10)));
        admitted(arrival(tight, "s", UNKNOWN));
    }

    @Test
    void theGrowthOfAHighOneIsKeptFree() {
        PolicyState tight = host(1000, state(session("s", Priority.LOW, 0)), state(session("t", Priority.HIGH, 0), running("a", 300, 600)),
                state(session("u", Priority.LOW, 0), running("b", 400, 10)));
        assertTrue(waits(arrival(tight, "s", UNKNOWN)).reason().startsWith("the host has 300 MiB left, which is kept"));
    }

    @Test
    void afterTheLongestWaitItStartsWithLess() {
        PolicyState full = host(1000, state(session("s", Priority.NORMAL, 0)), state(session("t", Priority.NORMAL, 0), running("a", 800, 1200)));
        AdmissionRequest first = arrival(full, "s", memory(400));
        Grant grant = admitted(new AdmissionRequest(first.call(), first.intent(), first.intents(), first.session(), first.state(),
                Duration.ofSeconds(60), true));
        assertEquals(OptionalLong.of(90 * MIB), grant.expectedBytes());
        assertTrue(grant.reason().endsWith("started with 90 MiB, because there was no room for more in time"), grant.reason());
    }

    @ParameterizedTest
    @CsvSource({"headroom.percent,-1", "overcommit.percent,99", "margin.percent,51", "freeze.ms,1", "held.most.s,0", "pids.max,0"})
    void aWrongNumberIsNamed(String property, int value) {
        String message = assertThrows(IllegalArgumentException.class, () -> GraduatedPolicy.configured(Map.of(property, value))).getMessage();
        assertTrue(message.startsWith(property + " is "), message);
    }

    private static CallState running(String id, long usedMib, long expectedMib) {
        return call(id, usedMib, 0, FREE, Limits.NONE, OptionalLong.of(expectedMib * MIB));
    }

    private Grant admitted(AdmissionRequest request) {
        return assertInstanceOf(Decision.Admit.class, policy.admit(request)).grant();
    }

    private Decision.Wait waits(AdmissionRequest request) {
        return assertInstanceOf(Decision.Wait.class, policy.admit(request));
    }
}
