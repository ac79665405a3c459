package io.agentcgroup.demo;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One call as its agent saw it.
 *
 * @param step which
 * @param state how far it came
 * @param exitCode as a shell says it, 128 + n after signal n; empty unless it {@link State#ENDED}
 * @param durationS as the agent measured it
 * @param problem why it could not be started; empty unless {@link State#NOT_STARTED}
 * @param feedback the lines of AgentCgroup on the call's stderr
 * @param evidence what the kernel counted for it; empty where nobody can know
 */
record CallResult(Step step, State state, OptionalInt exitCode, OptionalDouble durationS, Optional<String> problem,
        List<String> feedback, Optional<Evidence> evidence) {

    private static final int SIGKILL_EXIT = 128 + 9;

    enum State {
        /** The agent was dead before it came to it. */
        NOT_REACHED,
        /** The agent could not start it. */
        NOT_STARTED,
        /** The agent died while it ran. */
        LOST,
        /** Its end was seen. */
        ENDED
    }

    static CallResult notReached(Step step) {
        return new CallResult(step, State.NOT_REACHED, OptionalInt.empty(), OptionalDouble.empty(), Optional.empty(), List.of(),
                Optional.empty());
    }

    CallResult with(Optional<Evidence> found) {
        return new CallResult(step, state, exitCode, durationS, problem, feedback, found);
    }

    boolean reached() {
        return state != State.NOT_REACHED;
    }

    /** Ended by SIGKILL, which in the demo only the kernel's OOM killer and AgentCgroup send. */
    boolean killed() {
        return exitCode.equals(OptionalInt.of(SIGKILL_EXIT));
    }

    /** Whether an agent would call it failed. */
    boolean failed() {
        return state == State.NOT_STARTED || state == State.LOST
                || state == State.ENDED && exitCode.getAsInt() != step.expectedExit();
    }

    /** The end in words. */
    String end() {
        return switch (state) {
            case NOT_REACHED -> "never came, the agent was dead";
            case NOT_STARTED -> "could not start: " + problem.orElse("unknown");
            case LOST -> "lost with its agent";
            case ENDED -> killed() ? "killed" : "exit " + exitCode.getAsInt();
        };
    }
}
