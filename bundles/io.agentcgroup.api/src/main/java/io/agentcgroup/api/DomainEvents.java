package io.agentcgroup.api;

/**
 * Counters of {@code memory.events} and {@code pids.events} of a domain, its descendants included. Zero where the
 * controller is absent.
 *
 * @param low times reclaim went below {@code memory.low}
 * @param high times the domain was slowed down at {@code memory.high}
 * @param max times it was about to go over {@code memory.max}
 * @param oom times an allocation was about to fail at the limit
 * @param oomKill processes ended by an OOM killer
 * @param oomGroupKill times the whole domain was ended
 * @param pidsMax times a fork failed at {@code pids.max}
 */
public record DomainEvents(long low, long high, long max, long oom, long oomKill, long oomGroupKill, long pidsMax) {

    /** Nothing happened. */
    public static final DomainEvents ZERO = new DomainEvents(0, 0, 0, 0, 0, 0, 0);

    /** @return what was counted since {@code earlier}, which was read from the same domain before */
    public DomainEvents since(DomainEvents earlier) {
        return new DomainEvents(low - earlier.low, high - earlier.high, max - earlier.max, oom - earlier.oom,
                oomKill - earlier.oomKill, oomGroupKill - earlier.oomGroupKill, pidsMax - earlier.pidsMax);
    }
}
