package io.agentcgroup.api.engine;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The gate. Thread-safe. */
@ProviderType
public interface ToolCalls {

    /**
     * Asks intents and policy, makes the domain and puts the grant in force.
     *
     * @return completes with the call, on the caller's thread when there is nothing to wait for; or with a
     *         {@link CallRefusedException} when the command must run without a domain
     */
    CompletionStage<OpenCall> open(SessionName session, CallRequest request, CallListener listener);

    /**
     * Finds a running call again for a shim that lost its connection when the daemon went away.
     *
     * @return empty when that session has no such call
     */
    Optional<OpenCall> resume(SessionName session, CallId id, CallListener listener);

    /** @return the calls that run now */
    List<CallStatus> running();

    /**
     * Ends a running call, and only it.
     *
     * @return whether there was such a call
     */
    boolean end(CallId id, String reason);
}
