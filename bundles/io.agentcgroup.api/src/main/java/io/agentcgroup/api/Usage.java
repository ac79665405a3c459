package io.agentcgroup.api;

import java.util.OptionalLong;

/**
 * What a domain uses and has used, read from its files at one moment. Empty where the kernel or an absent controller does
 * not say.
 *
 * @param memoryCurrentBytes {@code memory.current}
 * @param memoryPeakBytes {@code memory.peak}
 * @param swapCurrentBytes {@code memory.swap.current}
 * @param anonBytes {@code anon} of {@code memory.stat}
 * @param fileBytes {@code file} of {@code memory.stat}
 * @param cpuUsageUs {@code usage_usec} of {@code cpu.stat}
 * @param cpuUserUs {@code user_usec} of {@code cpu.stat}
 * @param cpuSystemUs {@code system_usec} of {@code cpu.stat}
 * @param cpuThrottledUs {@code throttled_usec} of {@code cpu.stat}
 * @param pidsCurrent {@code pids.current}
 * @param pidsPeak {@code pids.peak}
 * @param memoryStallSomeUs {@code some total} of {@code memory.pressure}: time in which some task waited for memory
 * @param memoryStallFullUs {@code full total} of {@code memory.pressure}: time in which all tasks waited for memory
 * @param cpuStallSomeUs {@code some total} of {@code cpu.pressure}
 * @param ioStallSomeUs {@code some total} of {@code io.pressure}
 */
public record Usage(OptionalLong memoryCurrentBytes, OptionalLong memoryPeakBytes, OptionalLong swapCurrentBytes,
        OptionalLong anonBytes, OptionalLong fileBytes, OptionalLong cpuUsageUs, OptionalLong cpuUserUs,
        OptionalLong cpuSystemUs, OptionalLong cpuThrottledUs, OptionalLong pidsCurrent, OptionalLong pidsPeak,
        OptionalLong memoryStallSomeUs, OptionalLong memoryStallFullUs, OptionalLong cpuStallSomeUs,
        OptionalLong ioStallSomeUs) {
}
