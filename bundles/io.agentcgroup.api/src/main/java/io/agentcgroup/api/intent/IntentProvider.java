package io.agentcgroup.api.intent;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.Intent;
import io.agentcgroup.api.Outcome;
import io.agentcgroup.api.ToolCall;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says what a call will need. An OSGi service; of several, the one with the higher service ranking is asked first.
 *
 * <pre>{@code
 * @Component
 * public final class NightShift implements IntentProvider {
 *     public String name() { return "night-shift"; }
 *     public Optional<Intent> intentFor(ToolCall call) {
 *         return call.command().startsWith("pytest")
 *             ? Optional.of(Intent.from(name()).memoryBytes(2L << 30).reason("tests at night are big").build())
 *             : Optional.empty();
 *     }
 * }
 * }</pre>
 *
 * Called from many threads at once. Must not block: the agent waits. An exception counts as no answer and is reported.
 */
@ConsumerType
public interface IntentProvider {

    /** @return short and stable, such as {@code declared} */
    String name();

    /**
     * @return whether it merely passes on what the agent says: advice, which counts as far as the agent's advice has proved right in this
     *         session, and never more than what operators or earlier calls say
     */
    default boolean advisory() {
        return false;
    }

    /** @return what the call will need, or empty to pass */
    Optional<Intent> intentFor(ToolCall call);

    /**
     * @return whether the provider works as it was configured to, with the reason in words; empty when it has nothing to
     *         say about itself
     */
    default Optional<Capability> status() {
        return Optional.empty();
    }

    /** Told of every ended call, for providers that learn. Must not block. */
    default void observe(Outcome outcome) {
    }
}
