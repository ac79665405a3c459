package io.agentcgroup.journal.internal;

import java.util.Arrays;
import java.util.Locale;

/** When lines are brought from the kernel's memory to the disk. A killed daemon loses nothing in any case; this is for power cuts. */
enum FsyncPolicy {
    /** Within a second of the first line that is not on the disk yet. */
    INTERVAL,
    /** Before the append returns. */
    EACH,
    /** When the kernel likes. */
    NEVER;

    /** @throws IllegalArgumentException with the values that there are */
    static FsyncPolicy of(String text) {
        return Arrays.stream(values()).filter(p -> p.name().toLowerCase(Locale.ROOT).equals(text.strip())).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fsync is interval, each or never, not \"" + text + "\""));
    }
}
