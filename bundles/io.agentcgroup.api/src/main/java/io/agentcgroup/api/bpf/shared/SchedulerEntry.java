package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;

/**
 * What the scheduler can be told: {@code struct acg_sched}. Zero is its own default.
 *
 * @param sliceNs how long a task runs before others have their turn
 * @param shortCallNs a call that has used less CPU lately goes first; 1 to have none go first
 */
public record SchedulerEntry(long sliceNs, long shortCallNs) {

    public static final BpfCodec<SchedulerEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 2 * Long.BYTES;
        }

        @Override
        public void write(SchedulerEntry value, ByteBuffer to) {
            to.putLong(value.sliceNs).putLong(value.shortCallNs);
        }

        @Override
        public SchedulerEntry read(ByteBuffer from) {
            return new SchedulerEntry(from.getLong(), from.getLong());
        }
    };
}
