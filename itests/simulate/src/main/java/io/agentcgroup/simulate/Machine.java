package io.agentcgroup.simulate;

/**
 * The host that is modelled.
 *
 * @param memoryBytes in all
 * @param systemBytes of it for everything that is no session
 * @param cpus which processes that take memory share by weight; a process that only waits needs none
 * @param fillBytesPerS how fast one of them takes memory, page by page
 * @param callCostNs what it takes from an agent's wish for a shell until the command runs, without waiting at the gate
 */
record Machine(long memoryBytes, long systemBytes, int cpus, long fillBytesPerS, long callCostNs) {

    Machine {
        if (memoryBytes <= systemBytes || systemBytes < 0 || cpus < 1 || fillBytesPerS < 1 || callCostNs < 0) {
            throw new IllegalArgumentException("no machine is like that: " + memoryBytes + " bytes, " + systemBytes + " for the system, " + cpus
                    + " CPUs, " + fillBytesPerS + " bytes/s, " + callCostNs + " ns a call");
        }
    }

    Machine withMemory(long bytes) {
        return new Machine(bytes, systemBytes, cpus, fillBytesPerS, callCostNs);
    }

    /** @return what sessions can have */
    long forSessionsBytes() {
        return memoryBytes - systemBytes;
    }
}
