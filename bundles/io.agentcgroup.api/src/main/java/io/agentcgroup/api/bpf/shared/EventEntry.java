package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Something that happened: {@code struct acg_event}.
 *
 * @param timeNs when, on {@code CLOCK_MONOTONIC}
 * @param cgroup where
 * @param session the cgroup of its session
 * @param kind {@code ACG_EVENT_*}
 * @param pid of the process, 0 when it is about none in particular
 * @param value as the kind says
 * @param value2 as the kind says
 * @param comm name of the process, whatever that contains; empty when there is none
 */
public record EventEntry(long timeNs, long cgroup, long session, int kind, int pid, long value, long value2, String comm) {

    public static final int EXEC = 1;
    public static final int FORK = 2;
    public static final int EXIT = 3;
    public static final int OOM = 4;
    public static final int BREACH = 5;
    public static final int HOLD = 6;
    public static final int RELEASE = 7;
    public static final int DELAY = 8;

    private static final int COMM_BYTES = 16;

    public static final BpfCodec<EventEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 64;
        }

        @Override
        public void write(EventEntry value, ByteBuffer to) {
            to.putLong(value.timeNs).putLong(value.cgroup).putLong(value.session).putInt(value.kind).putInt(value.pid)
                    .putLong(value.value).putLong(value.value2);
            byte[] name = value.comm.getBytes(StandardCharsets.UTF_8);
            // Ends with NUL, however long it is.
            to.put(Arrays.copyOf(Arrays.copyOf(name, Math.min(name.length, COMM_BYTES - 1)), COMM_BYTES));
        }

        @Override
        public EventEntry read(ByteBuffer from) {
            return new EventEntry(from.getLong(), from.getLong(), from.getLong(), from.getInt(), from.getInt(), from.getLong(),
                    from.getLong(), name(from));
        }
    };

    private static String name(ByteBuffer from) {
        byte[] bytes = new byte[COMM_BYTES];
        from.get(bytes);
        int length = 0;
        while (length < COMM_BYTES && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
