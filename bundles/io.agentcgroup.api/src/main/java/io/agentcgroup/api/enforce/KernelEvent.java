package io.agentcgroup.api.enforce;

/**
 * Something that a program of ours in the kernel saw or did.
 *
 * @param session id of the session's domain
 * @param domain id of the domain that it is about, as {@link io.agentcgroup.api.cgroup.Domain#id()}
 * @param kind what
 * @param amount in the unit of the kind
 * @param other in the unit of the kind, 0 when the kind has none
 * @param pid the process, 0 when it is about none in particular
 * @param program the process's name, up to 15 characters of whatever it calls itself; escape on output
 * @param kernelMonotonicNs when, on {@code CLOCK_MONOTONIC}, by the kernel's own stamp
 */
public record KernelEvent(long session, long domain, Kind kind, long amount, long other, int pid, String program,
        long kernelMonotonicNs) {

    /** What happened. */
    public enum Kind {
        /** A program was started; the amount is the process that started it. */
        EXEC,
        /** A process was made; the amount is the new one. */
        FORK,
        /** A process ended; the amount is its end as {@code wait(2)} tells it. */
        EXIT,
        /** The OOM killer chose a process; the amount is its anonymous memory in bytes, the other its {@code oom_score_adj}. */
        OOM_VICTIM,
        /** A session ran short of memory and others may be held back for it; the other is by how many bytes, if known. */
        BREACH,
        /** A domain is held back; the amount is for how long at least, in nanoseconds, the other the domain for whose sake. */
        HELD,
        /** A domain is let go; the amount is for how long it was held, in nanoseconds, the other the domain for whose sake. */
        RELEASED,
        /** A domain's charges are delayed; the amount is by how many nanoseconds, the other for how many pages. */
        DELAYED
    }
}
