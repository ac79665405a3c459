package io.agentcgroup.api.policy;

import io.agentcgroup.api.enforce.Tier;
import java.util.OptionalLong;

/**
 * The host at one moment.
 *
 * @param budgetBytes what all sessions together may use; empty where nothing bounds them
 * @param usedBytes what all sessions together use now, pages of files left out; empty where the kernel does not say
 * @param growthBytesPerS how fast that grows, over the last looks; negative when it shrinks
 * @param availableBytes what the whole host could still give without swapping ({@code MemAvailable}); empty where the kernel does not say
 * @param swapFreeBytes room in swap, zram included; 0 when there is none: then memory that is no file cannot be reclaimed, and a soft limit
 *         only slows down
 * @param tier how grants are kept
 */
public record HostState(OptionalLong budgetBytes, OptionalLong usedBytes, long growthBytesPerS, OptionalLong availableBytes,
        long swapFreeBytes, Tier tier) {

    /** Nothing is known. */
    public static final HostState UNKNOWN = new HostState(OptionalLong.empty(), OptionalLong.empty(), 0, OptionalLong.empty(), 0, Tier.OBSERVE);

    /** @return what is left for all sessions together, never negative: of their budget, and of what the machine has */
    public OptionalLong leftBytes() {
        if (budgetBytes.isEmpty() || usedBytes.isEmpty()) {
            return availableBytes;
        }
        long ofBudget = Math.max(0, budgetBytes.getAsLong() - usedBytes.getAsLong());
        return OptionalLong.of(Math.min(ofBudget, availableBytes.orElse(Long.MAX_VALUE)));
    }
}
