package io.agentcgroup.api.enforce;

import java.time.Duration;

/**
 * What programs in the kernel counted in a domain, in it and below it.
 *
 * @param execs programs started
 * @param forks processes made, not threads
 * @param exits processes ended
 * @param oomVictims processes that the OOM killer chose
 * @param holds times that it was held back for a more important session
 * @param held for how long in all
 * @param delays charges that were made to wait
 * @param delayed for how long in all
 */
public record KernelAccount(long execs, long forks, long exits, long oomVictims, long holds, Duration held, long delays,
        Duration delayed) {

    /** @return for how long it was held back or delayed, in all */
    public Duration slowed() {
        return held.plus(delayed);
    }
}
