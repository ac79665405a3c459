package io.agentcgroup.enforcer.memcgbpf.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.bpf.shared.PolicyEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPolicyTest {

    private static final List<Integer> NOBODY = List.of(0, 0, 0, 0);

    @Test
    void whatNobodyHasSaidIsCompleted() {
        PolicyEntry completed = MemoryPolicy.completed(new PolicyEntry(0, 0, 0, 0, NOBODY, 0));
        assertEquals(PolicyEntry.DELAY | PolicyEntry.PROTECT, completed.flags());
        assertTrue(completed.holdMaxNs() > 0 && completed.quietNs() > 0 && completed.nsPerPage() > 0);
    }

    @Test
    void whatSomebodyHasSaidStays() {
        PolicyEntry said = new PolicyEntry(1, 2, 3, 4, List.of(0, 12, 8, 0), PolicyEntry.HOLD);
        assertEquals(new PolicyEntry(1, 2, 3, 4, List.of(0, 12, 8, 0), PolicyEntry.HOLD | PolicyEntry.DELAY | PolicyEntry.PROTECT),
                MemoryPolicy.completed(said));
    }
}
