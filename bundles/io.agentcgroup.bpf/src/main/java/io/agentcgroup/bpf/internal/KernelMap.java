package io.agentcgroup.bpf.internal;

import com.sun.jna.Pointer;
import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfMap;
import io.agentcgroup.api.bpf.BpfMapType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A map, by its descriptor. */
final class KernelMap implements BpfMap {

    /** Each CPU's value begins at a multiple of that. */
    private static final int PER_CPU_ALIGNMENT = 8;
    private static final int NAME_BYTES = 16;

    private final Descriptor descriptor;
    private final PinRoot pins;
    private final Info info;

    /** The beginning of {@code struct bpf_map_info}. */
    private record Info(BpfMapType type, int id, int keyBytes, int valueBytes, int maxEntries, String name) {

        static Info read(Pointer at) {
            byte[] name = at.getByteArray(24, NAME_BYTES);
            int length = 0;
            while (length < name.length && name[length] != 0) {
                length++;
            }
            return new Info(BpfMapType.of(at.getInt(0)), at.getInt(4), at.getInt(8), at.getInt(12), at.getInt(16),
                    new String(name, 0, length, StandardCharsets.UTF_8));
        }
    }

    /** @param descriptor closed with the map, or at once when it is not one of a map */
    KernelMap(Descriptor descriptor, PinRoot pins, int possibleCpus) {
        this.descriptor = descriptor;
        this.pins = pins;
        try {
            Info read = descriptor.info(Info::read);
            this.info = read.type().isPerCpu() ? perCpu(read, possibleCpus) : read;
        } catch (RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    private static Info perCpu(Info one, int cpus) {
        int aligned = (one.valueBytes() + PER_CPU_ALIGNMENT - 1) / PER_CPU_ALIGNMENT * PER_CPU_ALIGNMENT;
        return new Info(one.type(), one.id(), one.keyBytes(), aligned * cpus, one.maxEntries(), one.name());
    }

    @Override
    public String name() {
        return info.name();
    }

    @Override
    public BpfMapType type() {
        return info.type();
    }

    @Override
    public int keyBytes() {
        return info.keyBytes();
    }

    @Override
    public int valueBytes() {
        return info.valueBytes();
    }

    @Override
    public int maxEntries() {
        return info.maxEntries();
    }

    @Override
    public int id() {
        return info.id();
    }

    @Override
    public int descriptor() {
        return descriptor.number();
    }

    @Override
    public Optional<byte[]> lookup(byte[] key) {
        checkKey(key);
        byte[] value = new byte[info.valueBytes()];
        int refused = descriptor.with(map -> Libbpf.bpf_map_lookup_elem(map, key, value));
        if (refused == -Libc.ENOENT) {
            return Optional.empty();
        }
        check("read", refused);
        return Optional.of(value);
    }

    @Override
    public boolean update(byte[] key, byte[] value, Update how) {
        checkKey(key);
        if (value.length != info.valueBytes()) {
            throw new IllegalArgumentException(
                    "a value of map " + name() + " has " + info.valueBytes() + " bytes, not " + value.length);
        }
        int refused = descriptor.with(map -> Libbpf.bpf_map_update_elem(map, key, value, how.flag()));
        if (refused == -Libc.EEXIST && how == Update.NEW_ONLY || refused == -Libc.ENOENT && how == Update.EXISTING_ONLY) {
            return false;
        }
        check("write", refused);
        return true;
    }

    @Override
    public boolean delete(byte[] key) {
        checkKey(key);
        int refused = descriptor.with(map -> Libbpf.bpf_map_delete_elem(map, key));
        if (refused == -Libc.ENOENT) {
            return false;
        }
        check("delete from", refused);
        return true;
    }

    @Override
    public Optional<byte[]> nextKey(byte[] key) {
        if (key != null) {
            checkKey(key);
        }
        byte[] next = new byte[info.keyBytes()];
        int refused = descriptor.with(map -> Libbpf.bpf_map_get_next_key(map, key, next));
        if (refused == -Libc.ENOENT) {
            return Optional.empty();
        }
        check("go through", refused);
        return Optional.of(next);
    }

    @Override
    public void pin(String name) {
        descriptor.pin(pins, name);
    }

    private void checkKey(byte[] key) {
        if (key.length != info.keyBytes()) {
            throw new IllegalArgumentException("a key of map " + name() + " has " + info.keyBytes() + " bytes, not " + key.length);
        }
    }

    private void check(String what, int refused) throws BpfException {
        if (refused < 0) {
            throw BpfLibrary.failure(what + " map " + name(), -refused);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return name() + " (" + type() + ", id " + id() + ")";
    }
}
