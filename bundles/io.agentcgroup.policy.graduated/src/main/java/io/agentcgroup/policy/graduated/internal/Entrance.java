package io.agentcgroup.policy.graduated.internal;

import static io.agentcgroup.api.Quantity.formatBytes;
import static io.agentcgroup.api.Quantity.percentOf;

import io.agentcgroup.api.Grant;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Placement;
import io.agentcgroup.api.Priority;
import io.agentcgroup.api.policy.AdmissionRequest;
import io.agentcgroup.api.policy.CallState;
import io.agentcgroup.api.policy.Decision;
import io.agentcgroup.api.policy.SessionState;
import io.agentcgroup.api.policy.WaitingCall;
import java.util.Optional;
import java.util.OptionalLong;

/** What one call gets, and whether there is room for it now. Pure. */
final class Entrance {

    /** Above that, arithmetic on bytes could overflow, and no machine is near. */
    private static final long LARGEST_BYTES = 1L << 50;

    private final Settings settings;
    private final AdmissionRequest request;
    private final SessionState session;
    private final Room room;
    private final Shares shares;
    private final long ceiling;

    Entrance(Settings settings, AdmissionRequest request) {
        this.settings = settings;
        this.request = request;
        this.session = request.session();
        this.room = new Room(settings, request.state());
        this.shares = new Shares(settings, session);
        long most = session.ceilingBytes(request.state().host()).orElse(LARGEST_BYTES);
        this.ceiling = Math.min(most, besideWhatStands());
    }

    private long besideWhatStands() {
        long left = session.session().memoryBudgetBytes().orElse(LARGEST_BYTES) - session.asideBytes();
        return Math.max(left, settings.floorBytes());
    }

    Decision decide() {
        Grant wanted = wanted();
        Optional<String> obstacle = wanted.placement() == Placement.SERVICE ? Optional.empty() : obstacle(counted(wanted));
        if (obstacle.isEmpty()) {
            return Decision.admit(wanted);
        }
        Grant otherwise = reduced(wanted);
        return request.timeIsUp() ? Decision.admit(otherwise) : new Decision.Wait(wanted, otherwise, settings.waitMost(), obstacle.get());
    }

    private Grant wanted() {
        Intent intent = request.intent();
        if (intent.memoryBytes().isEmpty()) {
            long most = Math.min(settings.unknownLimitBytes(), ceiling);
            long hard = besidePromises(most, settings.unknownBytes());
            return grant(OptionalLong.empty(), hard, formatBytes(hard) + " at most, because nothing is known of this command" + cut(hard, most));
        }
        long wanted = Math.min(intent.memoryBytes().getAsLong(), LARGEST_BYTES);
        long expected = Math.max(settings.floorBytes(), wanted + percentOf(wanted, settings.headroomPercent()));
        String why = formatBytes(wanted) + " wanted (" + intent.reason() + ")"
                + (settings.headroomPercent() == 0 ? "" : " + " + settings.headroomPercent() + " % headroom");
        if (expected > ceiling) {
            return grant(OptionalLong.of(ceiling), ceiling, why + ", cut to " + formatBytes(ceiling)
                    + ", all that the session's budget leaves beside the agent");
        }
        long most = Math.min(percentOf(expected, settings.hardPercent()), ceiling);
        long hard = besidePromises(most, expected);
        return grant(OptionalLong.of(expected), hard, hard > expected ? why + "; up to " + formatBytes(hard) + " while there is room" + cut(hard, most)
                : why + cut(hard, most));
    }

    /** However wrong the expectation is: what the session's other calls were promised is theirs, and this one gets what it was promised. */
    private long besidePromises(long most, long expected) {
        return Math.max(Math.min(most, shares.forNewcomer()), Math.min(expected, ceiling));
    }

    private String cut(long hard, long most) {
        return hard < most ? "; the rest of the session's " + formatBytes(session.session().memoryBudgetBytes().orElse(0))
                + " is kept for its agent and promised to its other commands" : "";
    }

    /** With what there is: it starts, is slowed down early, and may get more when others have ended. */
    private Grant reduced(Grant wanted) {
        long left = Math.max(settings.floorBytes(), Math.min(room.forCall(session), LARGEST_BYTES) / 2);
        long expected = Math.min(left, counted(wanted));
        return grant(OptionalLong.of(expected), wanted.limits().memoryMaxBytes().orElse(ceiling), wanted.reason() + "; started with "
                + formatBytes(expected) + ", because there was no room for more in time");
    }

    private Grant grant(OptionalLong expected, long hard, String reason) {
        Intent intent = request.intent();
        Priority priority = session.session().priority();
        Limits.Builder limits = Limits.builder()
                .memoryMaxBytes(hard)
                .swapMaxBytes(percentOf(hard, settings.swapPercent()))
                .oomGroup(true)
                .cpuWeight(settings.cpuWeights().of(priority))
                .pidsMax(Math.min(intent.pidsMax().orElse(settings.pidsMax()), session.session().pidsBudget().orElse(Long.MAX_VALUE)));
        if (priority == Priority.HIGH) {
            // Its page cache is reclaimed last; and nothing slows it down but its hard limit.
            limits.memoryLowBytes(expected.orElse(settings.unknownBytes()));
        } else if (settings.soft() && expected.isPresent()) {
            softLimit(expected.getAsLong(), hard).ifPresent(limits::memoryHighBytes);
        }
        return new Grant(limits.build(), intent.placement().orElse(Placement.CALL), expected, GraduatedPolicy.NAME, reason);
    }

    private OptionalLong softLimit(long expected, long hard) {
        if (nothingRunsInTheSession()) {
            // Below a hard limit that nobody's end can raise, a soft one would only delay what must be.
            return expected < hard ? OptionalLong.of(expected) : OptionalLong.empty();
        }
        return OptionalLong.of(Math.min(expected, hard - hard / Shares.GAP_SHARE));
    }

    /** @return why there is no room now; empty when there is */
    private Optional<String> obstacle(long counted) {
        if (nothingRunsInTheSession() && session.session().memoryBudgetBytes().isPresent() && fitsHost(counted)) {
            // Whatever was expected of it: waiting makes no more room in a session in which nothing else runs.
            return Optional.empty();
        }
        Optional<String> ofSession = sessionObstacle(counted);
        return ofSession.isPresent() ? ofSession : hostObstacle(counted);
    }

    private boolean nothingRunsInTheSession() {
        return session.calls().isEmpty();
    }

    private boolean fitsHost(long counted) {
        return hostObstacle(counted).isEmpty();
    }

    private Optional<String> sessionObstacle(long counted) {
        if (session.session().memoryBudgetBytes().isEmpty() || nothingRunsInTheSession()) {
            return Optional.empty();
        }
        long budget = session.session().memoryBudgetBytes().getAsLong();
        long promised = session.calls().stream().mapToLong(this::counted).sum() + otherThanCalls(session);
        if (promised + counted > percentOf(budget, settings.overcommitPercent())) {
            return Optional.of("its session's commands need " + formatBytes(promised) + " of " + formatBytes(budget) + ", and this one "
                    + formatBytes(counted));
        }
        return lacks(room.ofSession(session), counted) ? Optional.of("its session uses all but "
                + formatBytes(room.leftOf(session).orElse(0)) + " of its " + formatBytes(budget)) : Optional.empty();
    }

    private Optional<String> hostObstacle(long counted) {
        if (request.state().host().budgetBytes().isEmpty() || nothingRunsAnywhere()) {
            return Optional.empty();
        }
        long budget = request.state().host().budgetBytes().getAsLong();
        long promised = request.state().sessions().stream()
                .mapToLong(one -> one.calls().stream().mapToLong(this::counted).sum() + otherThanCalls(one)).sum() + waitingBefore();
        if (promised + counted > percentOf(budget, settings.overcommitPercent())) {
            return Optional.of("all sessions' commands need " + formatBytes(promised) + " of the host's " + formatBytes(budget) + ", and this one "
                    + formatBytes(counted));
        }
        // For a high one the others stand back.
        boolean others = session.session().priority() != Priority.HIGH;
        return others && lacks(room.ofHost(session.session().priority()), counted) ? Optional.of("the host has "
                + formatBytes(request.state().host().leftBytes().orElse(0)) + " left, which is kept for what runs already") : Optional.empty();
    }

    private boolean nothingRunsAnywhere() {
        return request.state().sessions().stream().allMatch(one -> one.calls().isEmpty());
    }

    /** So little is there right now that a command could not even begin. */
    private boolean lacks(OptionalLong there, long counted) {
        return there.isPresent() && there.getAsLong() < Math.min(counted, settings.floorBytes());
    }

    /** Who goes first and waits for the host, not for its own session. */
    private long waitingBefore() {
        return request.state().waiting().stream().filter(this::fitsItsSession).mapToLong(one -> counted(one.wanted())).sum();
    }

    private boolean fitsItsSession(WaitingCall one) {
        return request.state().session(one.session()).map(its -> its.session().memoryBudgetBytes().isEmpty()
                || its.calls().stream().mapToLong(this::counted).sum() + otherThanCalls(its) + counted(one.wanted())
                <= percentOf(its.session().memoryBudgetBytes().getAsLong(), settings.overcommitPercent())).orElse(false);
    }

    private long counted(Grant grant) {
        return grant.expectedBytes().orElse(settings.unknownBytes());
    }

    private long counted(CallState call) {
        return Math.max(counted(call.grant()), call.memoryBytes().orElse(0));
    }

    /** The agent's runtime and what it has left running. */
    private static long otherThanCalls(SessionState session) {
        if (session.standingBytes().isPresent()) {
            return session.standingBytes().getAsLong();
        }
        long calls = session.calls().stream().mapToLong(call -> call.memoryBytes().orElse(0)).sum();
        return Math.max(0, session.memoryBytes().orElse(0) - calls);
    }
}
