package io.agentcgroup.api.engine;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.osgi.annotation.versioning.ProviderType;

/** The gate. Thread-safe. */
@ProviderType
public interface ToolCalls {

    /**
     * Asks intents and policy, makes the domain and puts the grant in force. A call for which there is no room waits: {@link CallListener#waiting} is called before, and from time to time.
     *
     * @param threads where all that is done: the agent waits, and going to another thread takes time. One of them may be kept for ever by
     *        a plug-in that never returns. When it refuses, threads of the engine are taken
     * @return completes with the call, or with a {@link CallRefusedException} when the command must run without a domain. Whoever
     *         gives up waiting cancels it ({@code toCompletableFuture().cancel}); it may have been granted meanwhile
     */
    CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener, Executor threads);

    /** Likewise, on threads of the engine. */
    CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener);

    /**
     * Finds a running call again for a shim that lost its connection when the daemon went away.
     *
     * @return empty when that session has no such call
     */
    Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener);

    /** @return the calls that run now */
    List<CallStatus> running();

    /** @return the calls that wait at the gate, the next to be let in first */
    List<WaitingStatus> waiting();

    /**
     * Ends a running call, and only it.
     *
     * @return whether there was such a call
     */
    boolean end(CallId id, String reason);

    /**
     * Stops a running call's processes by hand; its agent is told. Policies do not move it on its ladder meanwhile.
     *
     * @param atMost when it goes on by itself, up to ten minutes: agents give up on a command that says nothing for long
     * @return whether there was such a call
     * @throws IllegalArgumentException if that is too long, or not positive
     */
    default boolean pause(CallId id, Duration atMost, String reason) {
        return false;
    }

    /**
     * Lets a paused call go on; its agent is told.
     *
     * @return whether there was such a call, paused by hand
     */
    default boolean thaw(CallId id, String reason) {
        return false;
    }
}
