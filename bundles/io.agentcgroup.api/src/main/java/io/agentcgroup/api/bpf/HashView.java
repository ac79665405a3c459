package io.agentcgroup.api.bpf;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A hash, or a storage map, with types. For {@link BpfMapType#TASK_STORAGE} and {@link BpfMapType#CGROUP_STORAGE} the key is a
 * descriptor ({@link BpfCodec#U32}), and the kernel does not let one iterate. Thread-safe; the map stays the caller's to close.
 *
 * @param <K> key
 * @param <V> value
 */
public final class HashView<K, V> {

    private final BpfMap map;
    private final BpfCodec<K> keys;
    private final BpfCodec<V> values;

    private HashView(BpfMap map, BpfCodec<K> keys, BpfCodec<V> values) {
        this.map = map;
        this.keys = keys;
        this.values = values;
    }

    /** @throws IllegalArgumentException if the map's sizes are not those of the codecs */
    public static <K, V> HashView<K, V> of(BpfMap map, BpfCodec<K> keys, BpfCodec<V> values) {
        Views.check(map, "key", map.keyBytes(), keys.bytes());
        Views.check(map, "value", map.valueBytes(), values.bytes());
        return new HashView<>(map, keys, values);
    }

    public Optional<V> get(K key) {
        return map.lookup(keys.toBytes(key)).map(values::fromBytes);
    }

    /** Sets the value of a key, whether it has one or not. */
    public void put(K key, V value) {
        map.update(keys.toBytes(key), values.toBytes(value));
    }

    /** @return whether it was done: the key was not there */
    public boolean putIfAbsent(K key, V value) {
        return map.update(keys.toBytes(key), values.toBytes(value), BpfMap.Update.NEW_ONLY);
    }

    /** @return whether the key was there */
    public boolean remove(K key) {
        return map.delete(keys.toBytes(key));
    }

    /**
     * Goes through the entries. What comes or goes meanwhile may be seen or not; an entry may be seen twice. It ends: at most
     * twice as many entries as the map can hold are visited.
     */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        byte[] key = null;
        for (long left = 2L * map.maxEntries(); left > 0; left--) {
            Optional<byte[]> next = map.nextKey(key);
            if (next.isEmpty()) {
                return;
            }
            key = next.get();
            Optional<byte[]> value = map.lookup(key);
            if (value.isPresent()) {
                action.accept(keys.fromBytes(key), values.fromBytes(value.get()));
            }
        }
    }
}
