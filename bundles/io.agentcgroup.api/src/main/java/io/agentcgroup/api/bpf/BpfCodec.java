package io.agentcgroup.api.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How a key or value lies in memory. Stateless. The buffer is positioned at its first byte, in the machine's byte order, and
 * has at least {@link #bytes()} left.
 *
 * @param <T> what it is in Java
 */
@ConsumerType
public interface BpfCodec<T> {

    /** {@code __u32}; negative numbers are those above 2^31. */
    BpfCodec<Integer> U32 = new BpfCodec<>() {
        @Override
        public int bytes() {
            return Integer.BYTES;
        }

        @Override
        public void write(Integer value, ByteBuffer to) {
            to.putInt(value);
        }

        @Override
        public Integer read(ByteBuffer from) {
            return from.getInt();
        }
    };

    /** {@code __u64}; negative numbers are those above 2^63. */
    BpfCodec<Long> U64 = new BpfCodec<>() {
        @Override
        public int bytes() {
            return Long.BYTES;
        }

        @Override
        public void write(Long value, ByteBuffer to) {
            to.putLong(value);
        }

        @Override
        public Long read(ByteBuffer from) {
            return from.getLong();
        }
    };

    /** @return {@code sizeof} */
    int bytes();

    /** Writes exactly {@link #bytes()}; padding as zeros. */
    void write(T value, ByteBuffer to);

    T read(ByteBuffer from);

    /** @return the bytes of a value */
    default byte[] toBytes(T value) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes()).order(ByteOrder.nativeOrder());
        write(value, buffer);
        return buffer.array();
    }

    /** @return the value in those bytes */
    default T fromBytes(byte[] bytes) {
        return read(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }
}
