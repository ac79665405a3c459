package io.agentcgroup.api.engine;

import io.agentcgroup.api.Session;
import io.agentcgroup.api.SessionName;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The sessions of this host. Thread-safe. */
@ProviderType
public interface Sessions {

    /**
     * Service property: the label of the strongest {@link io.agentcgroup.api.enforce.Tier} that the operator lets the engine
     * use; any other value, or none: whatever the host gives.
     */
    String STRONGEST_TIER = "tier";

    /**
     * Opens a session, or finds the open one of that name and gives it what the specification says: its next calls are granted
     * by that, running ones keep what they have.
     *
     * @throws IllegalArgumentException if one of that name is open for another user, or a value makes no sense; the
     *         message is for people
     */
    Session open(SessionSpec spec);

    /** @return the open session of that name */
    Optional<Session> find(SessionName name);

    /** @return all open sessions as they are now, by name */
    List<SessionStatus> list();

    /**
     * The directory that the agent's runtime is born in.
     *
     * @return an open descriptor, which belongs to the session: do not close it; valid while the session is open
     * @throws IllegalArgumentException if there is no such session
     */
    int agentDirectory(SessionName name);

    /** @return {@code oom_score_adj} for the agent's runtime, which makes it the last of its session to be chosen */
    int agentOomScoreAdj();

    /**
     * Ends a session: everything in it is ended, the calls are journalled, the directories removed. One that is being ended already is
     * waited for.
     *
     * @return whether there was one that nobody else was ending
     * @throws IllegalArgumentException if somebody else is ending it and does not get to the end of it
     */
    boolean close(SessionName name, String reason);

    /** Closes the session if nothing runs in it any more: what {@code run} says when its agent has exited. */
    boolean closeIfIdle(SessionName name, String reason);
}
