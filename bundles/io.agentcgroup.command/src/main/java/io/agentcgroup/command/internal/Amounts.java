package io.agentcgroup.command.internal;

import io.agentcgroup.api.Quantity;
import java.util.Locale;
import java.util.OptionalLong;

/** Numbers as people read them. */
final class Amounts {

    private static final double US_PER_S = 1e6;

    private Amounts() {
    }

    /** @return such as {@code 12.3 MiB}, null when it is not known */
    static String bytes(OptionalLong bytes) {
        return bytes.isPresent() ? Quantity.formatBytes(bytes.getAsLong()) : null;
    }

    /** @return seconds, null when it is not known */
    static String microseconds(OptionalLong us) {
        return us.isPresent() ? String.format(Locale.ROOT, "%.2f s", us.getAsLong() / US_PER_S) : null;
    }

    /** @return a number that JSON gave, empty when there is none */
    static OptionalLong number(Object value) {
        return value instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }
}
