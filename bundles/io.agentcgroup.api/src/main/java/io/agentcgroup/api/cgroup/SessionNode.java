package io.agentcgroup.api.cgroup;

import io.agentcgroup.api.CallId;
import io.agentcgroup.api.SessionName;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** A session's directory and its children. An inner node: no process lives in it. */
@ProviderType
public interface SessionNode extends Domain {

    /** @return the session's name */
    SessionName name();

    /** @return {@code agent/}: the agent's own runtime */
    Domain agent();

    /** @return {@code background/}: what calls left running on purpose */
    Domain background();

    /** @return {@code services/}: long-lived children that are no tool call */
    Domain services();

    /** Makes {@code call-<id>}. */
    Domain createCall(CallId id);

    /** @return the calls found in cgroupfs, opened */
    Map<CallId, Domain> calls();

    /**
     * Lets a user who is not root be born into a child of this session: gives him {@code cgroup.procs} of this node and of
     * the child, nothing else, until the returned permission is closed. Nothing to do for root. Births of one user may
     * overlap; a second user's is refused while a first one's goes on.
     */
    Watch permitBirth(Domain child, int uid, int gid);

    /** Removes the session with all its children; fails, and changes nothing, while a process lives in it. */
    @Override
    void remove();

    /** Closes this node, its children and their watches, and takes back all permissions; the directories stay. */
    @Override
    void close();
}
