package io.agentcgroup.bench.swap;

import io.agentcgroup.api.Action;
import io.agentcgroup.api.CallId;
import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Pressure;
import io.agentcgroup.api.policy.AdaptivePolicy;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.PolicyState;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Everything that a policy should not do and that stays inside its own answers. What ends the whole Java machine, such as
 * {@code System.exit}, is not here: a bundle is code that the operator trusts, and the fence is against its mistakes.
 */
public final class HostilePolicy implements AdaptivePolicy {

    /** What it does wrong; the word in its jar. */
    enum Deed {
        THROWS, RECURSES_FOR_EVER, ANSWERS_NULL, GRANTS_NULL, GRANTS_A_BYTE, GRANTS_NO_PROCESS, BLOCKS_FOR_EVER, SPINS, IS_SLOW,
        TALKS_FOR_EVER, LETS_WAIT_FOR_EVER, HAS_NO_NAME, THROWS_AS_NAME, REACTS_WITH_NULL, REACTS_BY_THROWING, REACTS_TO_STRANGERS,
        REACTS_A_MILLION_TIMES, FAILS_TO_START
    }

    private static final int MIB = 1 << 20;
    private static final Duration YEAR = Duration.ofDays(365);
    /** A thread cannot be ended by force: what spins for ever would distort all that comes after it. */
    private static final Duration SPIN = Duration.ofSeconds(2);
    private static final Duration SLOW = Duration.ofMillis(300);

    private final Deed deed = Deed.valueOf(BundleJar.word(HostilePolicy.class));

    public HostilePolicy() {
        if (deed == Deed.FAILS_TO_START) {
            throw new IllegalStateException("no");
        }
    }

    @Override
    public String name() {
        return switch (deed) {
            case HAS_NO_NAME -> null;
            case THROWS_AS_NAME -> throw new IllegalStateException("nobody");
            default -> "hostile-" + deed;
        };
    }

    @Override
    public Decision admit(AdmissionRequest request) {
        return switch (deed) {
            case THROWS -> throw new IllegalStateException("no");
            case RECURSES_FOR_EVER -> admit(request);
            case ANSWERS_NULL -> null;
            case GRANTS_NULL -> Decision.admit(null);
            case GRANTS_A_BYTE -> grant(Limits.builder().memoryMaxBytes(1).build(), "a byte");
            case GRANTS_NO_PROCESS -> grant(Limits.builder().pidsMax(0).build(), "no process");
            case BLOCKS_FOR_EVER -> block();
            case SPINS -> spin();
            case IS_SLOW -> slow();
            case TALKS_FOR_EVER -> grant(usual(), "x".repeat(MIB));
            case LETS_WAIT_FOR_EVER -> letWait();
            default -> grant(usual(), "as usual");
        };
    }

    @Override
    public List<Action> react(Pressure pressure, PolicyState state) {
        return switch (deed) {
            case REACTS_WITH_NULL -> null;
            case REACTS_BY_THROWING -> throw new IllegalStateException("no");
            case REACTS_TO_STRANGERS -> List.of(new Action.Freeze(new CallId("nobody-0"), YEAR, "whoever that is"));
            case REACTS_A_MILLION_TIMES -> Collections.nCopies(MIB, new Action.EndCall(new CallId("nobody-0"), "again"));
            default -> List.of();
        };
    }

    private static Limits usual() {
        return Limits.builder().memoryMaxBytes(1L << 30).oomGroup(true).pidsMax(256).build();
    }

    private static Decision grant(Limits limits, String reason) {
        return Decision.admit(new Grant(limits, Placement.CALL, "hostile", reason));
    }

    private static Decision letWait() {
        Grant usual = new Grant(usual(), Placement.CALL, "hostile", "as usual");
        return new Decision.Wait(usual, usual, YEAR, "because");
    }

    private static Decision block() {
        boolean interrupted = false;
        CountDownLatch never = new CountDownLatch(1);
        for (;;) {
            try {
                never.await();
                return interrupted ? null : grant(usual(), "at last");
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static Decision spin() {
        long until = System.nanoTime() + SPIN.toNanos();
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        return grant(usual(), "at last");
    }

    private static Decision slow() {
        LockSupport.parkNanos(SLOW.toNanos());
        return grant(usual(), "at last");
    }
}
