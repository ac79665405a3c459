package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;

/**
 * A cgroup that is held back, or was: {@code struct acg_hold}. Times are of {@code CLOCK_MONOTONIC}, as {@link System#nanoTime()}.
 *
 * @param sinceNs since when
 * @param untilNs until when; in the past it means nothing
 * @param cause the cgroup for whose sake; 0 when for nobody's in particular
 * @param by {@code ACG_HOLD_BY_*}
 */
public record HoldEntry(long sinceNs, long untilNs, long cause, int by) {

    public static final int BY_DAEMON = 1;
    public static final int BY_MEMGUARD = 2;

    public static final BpfCodec<HoldEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 32;
        }

        @Override
        public void write(HoldEntry value, ByteBuffer to) {
            to.putLong(value.sinceNs).putLong(value.untilNs).putLong(value.cause).putInt(value.by).putInt(0);
        }

        @Override
        public HoldEntry read(ByteBuffer from) {
            HoldEntry entry = new HoldEntry(from.getLong(), from.getLong(), from.getLong(), from.getInt());
            from.getInt();
            return entry;
        }
    };
}
