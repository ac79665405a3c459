package io.agentcgroup.api;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Values of a domain's control files. An empty value means "not said": the file is left as it is. {@link #UNLIMITED}
 * stands for the kernel's {@code max}.
 *
 * @param memoryMinBytes {@code memory.min}: never reclaimed below this
 * @param memoryLowBytes {@code memory.low}: reclaimed last
 * @param memoryHighBytes {@code memory.high}: above this the kernel reclaims and slows the domain down
 * @param memoryMaxBytes {@code memory.max}: above this the kernel ends the domain's processes
 * @param swapMaxBytes {@code memory.swap.max}
 * @param oomGroup {@code memory.oom.group}: the domain dies as a whole or not at all
 * @param cpuWeight {@code cpu.weight}, 1 to 10000, the kernel's default is 100
 * @param cpuMax {@code cpu.max}
 * @param ioWeight {@code io.weight}, 1 to 10000
 * @param pidsMax {@code pids.max}
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2, kernel documentation</a>
 */
public record Limits(OptionalLong memoryMinBytes, OptionalLong memoryLowBytes, OptionalLong memoryHighBytes,
        OptionalLong memoryMaxBytes, OptionalLong swapMaxBytes, Optional<Boolean> oomGroup, OptionalInt cpuWeight,
        Optional<CpuMax> cpuMax, OptionalInt ioWeight, OptionalLong pidsMax) {

    /** The kernel's {@code max}. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Says nothing. */
    public static final Limits NONE = builder().build();

    /** @throws IllegalArgumentException if a value is outside the kernel's range; the message names it */
    public Limits {
        notNegative("memory.min", memoryMinBytes);
        notNegative("memory.low", memoryLowBytes);
        notNegative("memory.high", memoryHighBytes);
        notNegative("memory.max", memoryMaxBytes);
        notNegative("memory.swap.max", swapMaxBytes);
        notNegative("pids.max", pidsMax);
        weight("cpu.weight", cpuWeight);
        weight("io.weight", ioWeight);
    }

    /**
     * CPU bandwidth.
     *
     * @param quotaUs microseconds of CPU time in each period, over all CPUs; {@link Limits#UNLIMITED} for no bound
     * @param periodUs the period, 1,000 to 1,000,000 microseconds
     */
    public record CpuMax(long quotaUs, long periodUs) {

        /** The kernel's default period. */
        public static final long DEFAULT_PERIOD_US = 100_000;

        /** @throws IllegalArgumentException if a value is outside the kernel's range */
        public CpuMax {
            if (quotaUs < 1_000) {
                throw new IllegalArgumentException("the quota of cpu.max is at least 1000 microseconds, not " + quotaUs);
            }
            if (periodUs < 1_000 || periodUs > 1_000_000) {
                throw new IllegalArgumentException("the period of cpu.max is 1000 to 1000000 microseconds, not " + periodUs);
            }
        }

        /** @param cores how many CPUs' worth of time, such as 0.5 or 2 */
        public static CpuMax ofCores(double cores) {
            return new CpuMax(Math.max(1_000, Math.round(cores * DEFAULT_PERIOD_US)), DEFAULT_PERIOD_US);
        }
    }

    /** @return a builder in which nothing is said yet */
    public static Builder builder() {
        return new Builder();
    }

    /** @return a builder that starts from these values */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.memoryMin = memoryMinBytes;
        b.memoryLow = memoryLowBytes;
        b.memoryHigh = memoryHighBytes;
        b.memoryMax = memoryMaxBytes;
        b.swapMax = swapMaxBytes;
        b.oomGroup = oomGroup;
        b.cpuWeight = cpuWeight;
        b.cpuMax = cpuMax;
        b.ioWeight = ioWeight;
        b.pidsMax = pidsMax;
        return b;
    }

    private static void notNegative(String file, OptionalLong value) {
        if (value.isPresent() && value.getAsLong() < 0) {
            throw new IllegalArgumentException(file + " cannot be negative: " + value.getAsLong());
        }
    }

    private static void weight(String file, OptionalInt value) {
        if (value.isPresent() && (value.getAsInt() < 1 || value.getAsInt() > 10_000)) {
            throw new IllegalArgumentException(file + " is 1 to 10000, not " + value.getAsInt());
        }
    }

    /** Collects values; not thread-safe. */
    public static final class Builder {

        private OptionalLong memoryMin = OptionalLong.empty();
        private OptionalLong memoryLow = OptionalLong.empty();
        private OptionalLong memoryHigh = OptionalLong.empty();
        private OptionalLong memoryMax = OptionalLong.empty();
        private OptionalLong swapMax = OptionalLong.empty();
        private Optional<Boolean> oomGroup = Optional.empty();
        private OptionalInt cpuWeight = OptionalInt.empty();
        private Optional<CpuMax> cpuMax = Optional.empty();
        private OptionalInt ioWeight = OptionalInt.empty();
        private OptionalLong pidsMax = OptionalLong.empty();

        private Builder() {
        }

        public Builder memoryMinBytes(long bytes) {
            memoryMin = OptionalLong.of(bytes);
            return this;
        }

        public Builder memoryLowBytes(long bytes) {
            memoryLow = OptionalLong.of(bytes);
            return this;
        }

        public Builder memoryHighBytes(long bytes) {
            memoryHigh = OptionalLong.of(bytes);
            return this;
        }

        public Builder memoryMaxBytes(long bytes) {
            memoryMax = OptionalLong.of(bytes);
            return this;
        }

        public Builder swapMaxBytes(long bytes) {
            swapMax = OptionalLong.of(bytes);
            return this;
        }

        public Builder oomGroup(boolean together) {
            oomGroup = Optional.of(together);
            return this;
        }

        public Builder cpuWeight(int weight) {
            cpuWeight = OptionalInt.of(weight);
            return this;
        }

        public Builder cpuMax(CpuMax max) {
            cpuMax = Optional.of(max);
            return this;
        }

        public Builder ioWeight(int weight) {
            ioWeight = OptionalInt.of(weight);
            return this;
        }

        public Builder pidsMax(long processes) {
            pidsMax = OptionalLong.of(processes);
            return this;
        }

        /** @throws IllegalArgumentException as {@link Limits} */
        public Limits build() {
            return new Limits(memoryMin, memoryLow, memoryHigh, memoryMax, swapMax, oomGroup, cpuWeight, cpuMax, ioWeight,
                    pidsMax);
        }
    }
}
