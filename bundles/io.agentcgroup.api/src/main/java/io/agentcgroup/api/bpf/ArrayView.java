package io.agentcgroup.api.bpf;

/**
 * An array with a type; the section of global variables ({@code .bss}) is one of one element. Thread-safe; the map stays the
 * caller's to close.
 *
 * @param <V> element
 */
public final class ArrayView<V> {

    private final BpfMap map;
    private final BpfCodec<V> values;

    private ArrayView(BpfMap map, BpfCodec<V> values) {
        this.map = map;
        this.values = values;
    }

    /** @throws IllegalArgumentException if the map is no array, or its elements have another size than the codec's */
    public static <V> ArrayView<V> of(BpfMap map, BpfCodec<V> values) {
        Views.checkType(map, BpfMapType.ARRAY);
        Views.check(map, "value", map.valueBytes(), values.bytes());
        return new ArrayView<>(map, values);
    }

    public int size() {
        return map.maxEntries();
    }

    /** @throws IndexOutOfBoundsException if there is no such element */
    public V get(int index) {
        return values.fromBytes(Views.element(map, index));
    }

    /** @throws IndexOutOfBoundsException if there is no such element */
    public void set(int index, V value) {
        byte[] key = Views.index(map, index);
        map.update(key, values.toBytes(value));
    }
}
