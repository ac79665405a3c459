package io.agentcgroup.api.engine;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Lets an operator say which policy decides. What is said counts from the next call on, loses no limit of a running one, and outlives
 * a restart of the daemon; it ends when the engine's configuration comes to name another policy than it did then: the later word
 * counts. While the chosen policy is not there, or is fenced, the next by service ranking decides. An OSGi service of the engine.
 * Thread-safe.
 *
 * <p>A policy goes by its key: its service property {@code agentcgroup.policy}, else its component's name, else its bundle's.
 */
@ProviderType
public interface PolicySwitch {

    /** @return what holds now */
    PolicyChoice choice();

    /**
     * Puts a policy before all others.
     *
     * @param policy its key, the symbolic name of its bundle, or what it calls itself
     * @param who for the journal
     * @return what holds now
     * @throws IllegalArgumentException if no policy of that name is there; the message names those that are
     * @throws IllegalStateException if it cannot be kept; then nothing has changed
     */
    PolicyChoice use(String policy, String who);

    /**
     * Takes back whatever was chosen: configuration and ranking count again.
     *
     * @param who for the journal
     * @return what holds now
     * @throws IllegalStateException if it cannot be kept; then nothing has changed
     */
    PolicyChoice reset(String who);

    /**
     * Takes back the last {@link #use} or {@link #reset}, once.
     *
     * @param who for the journal
     * @return what holds now
     * @throws IllegalStateException if there is nothing to go back to, or it cannot be kept; then nothing has changed
     */
    PolicyChoice rollBack(String who);
}
