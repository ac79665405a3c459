package io.agentcgroup.api.engine;

import org.osgi.annotation.versioning.ConsumerType;

/** The way back to the agent while a call runs. Must not block. */
@ConsumerType
public interface CallListener {

    /** Tells the agent one line, without prefix and without line end; control characters are already escaped. */
    void feedback(String line);

    /** The call has to wait at the gate: tells why, and that an answer comes within {@code atMostMs} milliseconds. */
    void waiting(String reason, long atMostMs);
}
