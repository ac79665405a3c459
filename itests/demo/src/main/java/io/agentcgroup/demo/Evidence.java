package io.agentcgroup.demo;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the kernel counted for one call, from the journal.
 *
 * @param callId the call's name everywhere in AgentCgroup
 * @param peakBytes {@code memory.peak} of its domain
 * @param oomKill whether the kernel ended it for memory
 * @param ended how it ended, in the journal's word
 * @param leftovers processes that it left running
 */
record Evidence(String callId, OptionalLong peakBytes, boolean oomKill, String ended, OptionalInt leftovers) {

    /** Whether the call ran in its domain; when the daemon's answer came too late, it ran outside. */
    boolean hadDomain() {
        return !ended.equals("not_started");
    }
}
