package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How the scheduler came to its end, in its own words: {@code struct acg_exit}.
 *
 * @param timeNs when; 0 while it runs, or if it never did
 * @param code what the scheduler says about it, 0 mostly
 * @param kind {@code enum scx_exit_kind}
 * @param reason the kernel's name of the kind
 * @param message what exactly
 */
public record ExitEntry(long timeNs, long code, int kind, String reason, String message) {

    /** The lowest kind by which the kernel throws a scheduler out; those below are asked for. */
    public static final int ERROR = 1024;

    private static final int REASON_BYTES = 128;
    private static final int MESSAGE_BYTES = 512;

    public static final BpfCodec<ExitEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 2 * Long.BYTES + 2 * Integer.BYTES + REASON_BYTES + MESSAGE_BYTES;
        }

        @Override
        public void write(ExitEntry value, ByteBuffer to) {
            to.putLong(value.timeNs).putLong(value.code).putInt(value.kind).putInt(0);
            putText(to, value.reason, REASON_BYTES);
            putText(to, value.message, MESSAGE_BYTES);
        }

        @Override
        public ExitEntry read(ByteBuffer from) {
            long time = from.getLong();
            long code = from.getLong();
            int kind = from.getInt();
            from.getInt();
            return new ExitEntry(time, code, kind, text(from, REASON_BYTES), text(from, MESSAGE_BYTES));
        }
    };

    private static void putText(ByteBuffer to, String text, int bytes) {
        byte[] field = new byte[bytes];
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, field, 0, Math.min(encoded.length, bytes - 1));
        to.put(field);
    }

    private static String text(ByteBuffer from, int bytes) {
        byte[] field = new byte[bytes];
        from.get(field);
        int end = 0;
        while (end < bytes && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8).strip();
    }

    /** @return whether it has ended */
    public boolean ended() {
        return timeNs != 0;
    }

    /** @return whether the kernel threw it out, rather than being asked to end it */
    public boolean thrownOut() {
        return ended() && kind >= ERROR;
    }

    /** @return in words how it ended */
    public String words() {
        return message.isEmpty() ? reason : reason + " (" + message + ")";
    }
}
