package io.agentcgroup.api.bpf;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A map in the kernel, held by a descriptor, read and written in bytes; {@link HashView}, {@link ArrayView} and
 * {@link PerCpuArrayView} give them types. Thread-safe: each operation is one system call, some microseconds.
 *
 * <p>A key or value of a wrong length throws {@link IllegalArgumentException}.
 */
@ProviderType
public interface BpfMap extends AutoCloseable {

    /** @return as in C, cut to 15 characters */
    String name();

    BpfMapType type();

    /** @return bytes of a key */
    int keyBytes();

    /** @return bytes that {@link #lookup} returns and {@link #update} wants: of all possible CPUs' values in a per-CPU map */
    int valueBytes();

    int maxEntries();

    /** @return the kernel's number of the map, as {@code bpftool map} shows it */
    int id();

    /** @return valid until {@link #close()} */
    int descriptor();

    /** @return the value of that key, empty when there is none */
    Optional<byte[]> lookup(byte[] key);

    /** Sets the value of a key, whether it has one or not. */
    default void update(byte[] key, byte[] value) {
        update(key, value, Update.ANY);
    }

    /**
     * @return whether it was done; false when {@code how} forbids it
     * @throws BpfException errno {@code E2BIG} when a hash is full
     */
    boolean update(byte[] key, byte[] value, Update how);

    /** @return whether the key was there */
    boolean delete(byte[] key);

    /**
     * Goes through the keys. A hash that changes meanwhile may show a key twice, or start anew when {@code key} was removed.
     *
     * @param key one that was returned before; null for the first
     * @return the next key, empty after the last
     */
    Optional<byte[]> nextKey(byte[] key);

    /** Pins it, as {@link BpfLink#pin}. */
    void pin(String name);

    @Override
    void close();

    /** Whether a key that is there may be, or must be. */
    enum Update {
        ANY(0), NEW_ONLY(1), EXISTING_ONLY(2);

        private final long flag;

        Update(long flag) {
            this.flag = flag;
        }

        /** @return {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST} */
        public long flag() {
            return flag;
        }
    }
}
