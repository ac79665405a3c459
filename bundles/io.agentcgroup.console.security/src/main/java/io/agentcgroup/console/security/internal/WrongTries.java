package io.agentcgroup.console.security.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many wrong passwords came from where, and whether that is too many. A few are mistyped; then whoever comes from that address has to
 * wait between two. All addresses together have a rate, too: a host has millions of them, and each check costs CPU time. Not
 * thread-safe.
 */
final class WrongTries {

    /** People mistype; whoever guesses does so more often. */
    private static final int FREE_TRIES = 5;
    private static final long PAUSE_NS = Duration.ofSeconds(5).toNanos();
    /** After that the address is as good as any other. */
    private static final long FORGOTTEN_NS = Duration.ofMinutes(10).toNanos();
    /**
     * Of all addresses together: so many at once, then one each so often. Each costs a second of CPU time, so whoever floods the door burns
     * a twelfth of one CPU; and guesses 7,200 times a day.
     */
    private static final int FREE_TRIES_OF_ALL = 10;
    private static final long NEXT_OF_ALL_NS = Duration.ofSeconds(12).toNanos();
    /** The addresses that are known at once; the one that was quiet for longest goes. */
    private static final int MOST_ADDRESSES = 1_000;

    private record Tries(int wrong, long lastNs) {
    }

    private final Map<String, Tries> byAddress = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tries> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };
    /** When all wrong tries so far would have come in, at the rate of all. */
    private long dueOfAllNs;
    private boolean begun;

    /** @return whether no password from there is looked at now */
    boolean tooMany(String address, long nowNs) {
        Tries tries = byAddress.get(address);
        boolean waits = tries != null && tries.wrong >= FREE_TRIES && nowNs - tries.lastNs < PAUSE_NS;
        return waits || begun && dueOfAllNs - nowNs > (FREE_TRIES_OF_ALL - 1) * NEXT_OF_ALL_NS;
    }

    void wrong(String address, long nowNs) {
        Tries before = byAddress.get(address);
        boolean counts = before != null && nowNs - before.lastNs < FORGOTTEN_NS;
        byAddress.put(address, new Tries(counts ? before.wrong + 1 : 1, nowNs));
        dueOfAllNs = (begun && dueOfAllNs - nowNs > 0 ? dueOfAllNs : nowNs) + NEXT_OF_ALL_NS;
        begun = true;
    }

    /** Somebody who knows a password is there. */
    void right(String address) {
        byAddress.remove(address);
    }
}
