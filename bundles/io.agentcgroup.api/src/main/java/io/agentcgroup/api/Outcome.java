package io.agentcgroup.api;

import io.agentcgroup.api.enforce.KernelAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a call ended, from kernel evidence and never from the exit code alone.
 *
 * @param call the call
 * @param grant what it was given
 * @param intents what each provider said of it, in ranking order
 * @param end why it is over
 * @param exitCode the leader's exit code; empty when it was ended by a signal or nobody was there to see it
 * @param signal the signal that ended the leader; empty when it exited
 * @param duration from the grant to the leader's exit
 * @param ended when the domain was empty
 * @param usage the domain's last reading
 * @param events the domain's counters
 * @param leftovers how many processes were left when the leader exited
 * @param feedback what the agent was told, line by line, without the prefix
 * @param adopted whether a restarted daemon took the call over while it ran
 * @param account what programs in the kernel counted; empty where none do
 * @param explanation why it got what it got, and what was done to it
 * @param memory its memory over its life
 */
public record Outcome(ToolCall call, Grant grant, List<Intent> intents, End end, OptionalInt exitCode, OptionalInt signal,
        Duration duration, Instant ended, Usage usage, DomainEvents events, int leftovers, List<String> feedback,
        boolean adopted, Optional<KernelAccount> account, Explanation explanation, MemoryCurve memory) {

    /** Why a call is over. */
    public enum End {
        /** Its leader exited or died of a signal that was not ours. */
        EXITED,
        /** The kernel ended it at its own limit or at a limit above it. */
        OOM_KILLED,
        /** AgentCgroup ended it: the last rung, or an operator. */
        ENDED,
        /** It never started: the shim could not run the command. */
        NOT_STARTED,
        /** The domain was found empty after a restart; nobody saw the end. */
        UNSEEN
    }

    /** Without a curve. */
    public Outcome(ToolCall call, Grant grant, List<Intent> intents, End end, OptionalInt exitCode, OptionalInt signal,
            Duration duration, Instant ended, Usage usage, DomainEvents events, int leftovers, List<String> feedback,
            boolean adopted, Optional<KernelAccount> account, Explanation explanation) {
        this(call, grant, intents, end, exitCode, signal, duration, ended, usage, events, leftovers, feedback, adopted, account,
                explanation, MemoryCurve.NONE);
    }

    /** Without an account and without an explanation. */
    public Outcome(ToolCall call, Grant grant, List<Intent> intents, End end, OptionalInt exitCode, OptionalInt signal,
            Duration duration, Instant ended, Usage usage, DomainEvents events, int leftovers, List<String> feedback,
            boolean adopted) {
        this(call, grant, intents, end, exitCode, signal, duration, ended, usage, events, leftovers, feedback, adopted,
                Optional.empty(), Explanation.NONE);
    }

    public Outcome {
        intents = List.copyOf(intents);
        feedback = List.copyOf(feedback);
    }
}
