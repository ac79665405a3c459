package io.agentcgroup.api.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A per-CPU array of {@code __u64} counters. Thread-safe; the map stays the caller's to close. */
public final class PerCpuArrayView {

    private final BpfMap map;

    private PerCpuArrayView(BpfMap map) {
        this.map = map;
    }

    /** @throws IllegalArgumentException if the map is no per-CPU array of {@code __u64} */
    public static PerCpuArrayView of(BpfMap map, int possibleCpus) {
        Views.checkType(map, BpfMapType.PERCPU_ARRAY);
        Views.check(map, "value", map.valueBytes(), Long.BYTES * possibleCpus);
        return new PerCpuArrayView(map);
    }

    public int size() {
        return map.maxEntries();
    }

    /**
     * @return what all CPUs have counted together
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public long sum(int index) {
        long sum = 0;
        for (long value : perCpu(index)) {
            sum += value;
        }
        return sum;
    }

    /**
     * @return what each possible CPU has counted
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public long[] perCpu(int index) {
        byte[] bytes = Views.element(map, index);
        long[] values = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asLongBuffer().get(values);
        return values;
    }

    /** Sets an element to zero on all CPUs. */
    public void reset(int index) {
        map.update(Views.index(map, index), new byte[map.valueBytes()]);
    }
}
