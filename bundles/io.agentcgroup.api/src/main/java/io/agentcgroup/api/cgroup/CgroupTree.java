package io.agentcgroup.api.cgroup;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.SessionName;
import io.agentcgroup.api.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The sessions in cgroupfs:
 *
 * <pre>
 * root/
 *   session/
 *     agent/  call-id/ ...  background/  services/
 * </pre>
 *
 * Thread-safe. Everything but {@link #info()} throws {@link CgroupException}.
 */
@ProviderType
public interface CgroupTree {

    /** @return what the tree stands on; probed once, when the service starts */
    TreeInfo info();

    /**
     * For a thread that does what nobody waits for: from now on the calling thread takes no CPU from another when it wakes
     * ({@code SCHED_BATCH}, sched(7)), so that what follows one call does not delay the next. Where that is refused, nothing changes.
     */
    default void becomeBatchThread() {
    }

    /** Sets the limits of the root: the budget of all sessions together. */
    void applyToRoot(Limits limits);

    /** @return what all sessions together use */
    Usage rootUsage();

    /** @return {@code memory.current} of the root alone, for the way of a call, where {@link #rootUsage()} costs too much */
    default OptionalLong rootMemoryCurrentBytes() {
        return rootUsage().memoryCurrentBytes();
    }

    /** @return how much of that is pages of files, which the kernel gives to whoever wants memory; 0 where it does not say */
    default long rootReclaimableFileBytes() {
        return 0;
    }

    /** Sets a PSI trigger on the memory of all sessions together, as {@link Domain#watchMemoryPressure}. */
    default Optional<Domain.Watch> watchRootMemoryPressure(boolean full, Duration stall, Duration window, Runnable action) {
        return Optional.empty();
    }

    /**
     * Opens a session's node and its three standing children, making what is missing.
     *
     * @return the one node of that name: the same object while it is not closed
     */
    SessionNode session(SessionName name);

    /** @return the nodes found in cgroupfs, opened: what a restarted daemon adopts */
    List<SessionNode> sessions();
}
