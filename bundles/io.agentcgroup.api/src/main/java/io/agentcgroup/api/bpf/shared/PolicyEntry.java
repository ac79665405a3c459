package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.Priority;
import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * Bounds and switches of what the kernel's side does by itself: {@code struct acg_policy}.
 *
 * @param holdMinNs no hold shorter
 * @param holdMaxNs no hold longer
 * @param quietNs let go when the pressure has been gone that long
 * @param nsPerPage delay in proportion to what is allocated
 * @param mayHold by {@code ACG_PRIORITY_*} under pressure, 0 unused: the bits {@code 1 << priority} of who may be held for it
 * @param flags {@code ACG_POLICY_*}
 */
public record PolicyEntry(long holdMinNs, long holdMaxNs, long quietNs, long nsPerPage, List<Integer> mayHold, int flags) {

    public static final int HOLD = 1;
    public static final int DELAY = 1 << 1;
    public static final int PROTECT = 1 << 2;

    private static final int PRIORITIES = 4;

    public static final BpfCodec<PolicyEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 56;
        }

        @Override
        public void write(PolicyEntry value, ByteBuffer to) {
            to.putLong(value.holdMinNs).putLong(value.holdMaxNs).putLong(value.quietNs).putLong(value.nsPerPage);
            value.mayHold.forEach(to::putInt);
            to.putInt(value.flags).putInt(0);
        }

        @Override
        public PolicyEntry read(ByteBuffer from) {
            PolicyEntry entry = new PolicyEntry(from.getLong(), from.getLong(), from.getLong(), from.getLong(),
                    List.of(from.getInt(), from.getInt(), from.getInt(), from.getInt()), from.getInt());
            from.getInt();
            return entry;
        }
    };

    /** @throws IllegalArgumentException if there is not one entry a priority */
    public PolicyEntry {
        mayHold = List.copyOf(mayHold);
        if (mayHold.size() != PRIORITIES) {
            throw new IllegalArgumentException("one value for each of " + PRIORITIES + " priorities, not " + mayHold.size());
        }
    }

    /** @return the bits that stand for these priorities */
    public static int bits(Set<Priority> priorities) {
        return priorities.stream().mapToInt(priority -> 1 << DomainEntry.priorityOf(priority)).sum();
    }
}
