package io.agentcgroup.api.bpf.shared;

import io.agentcgroup.api.bpf.BpfCodec;
import java.nio.ByteBuffer;

/**
 * What happened in a domain: {@code struct acg_account}. Times in nanoseconds.
 *
 * @param firstNs when the entry was made
 * @param execs programs started
 * @param forks processes made, not threads
 * @param exits processes ended
 * @param oomVictims processes that the OOM killer chose
 * @param holds times that it was held back
 * @param heldNs for how long in all
 * @param told execs, forks and exits that were told as events
 * @param delays charges that were asked to wait
 * @param delayedNs for how long in all
 * @param delayOwedNs what charges too small to wait for have earned so far
 * @param delayToldNs when a delay was last told
 */
public record AccountEntry(long firstNs, long execs, long forks, long exits, long oomVictims, long holds, long heldNs, long told,
        long delays, long delayedNs, long delayOwedNs, long delayToldNs) {

    public static final BpfCodec<AccountEntry> CODEC = new BpfCodec<>() {
        @Override
        public int bytes() {
            return 96;
        }

        @Override
        public void write(AccountEntry value, ByteBuffer to) {
            to.putLong(value.firstNs).putLong(value.execs).putLong(value.forks).putLong(value.exits).putLong(value.oomVictims)
                    .putLong(value.holds).putLong(value.heldNs).putLong(value.told).putLong(value.delays).putLong(value.delayedNs)
                    .putLong(value.delayOwedNs).putLong(value.delayToldNs);
        }

        @Override
        public AccountEntry read(ByteBuffer from) {
            return new AccountEntry(from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong(),
                    from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong(), from.getLong());
        }
    };
}
