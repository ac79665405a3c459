package io.agentcgroup.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Sizes and times as people write them, in hints, rules and configuration: {@code 256m}, {@code 2g}, {@code 90s}. */
public final class Quantity {

    /** Nobody means more than a pebibyte; below it no sum of sizes overflows. */
    public static final long LARGEST_BYTES = 1L << 50;

    /** Nobody means more than a year; below it no sum of times overflows. */
    public static final Duration LONGEST = Duration.ofDays(366);

    /** More digits than any sensible value has; bounds the parser. */
    private static final int MOST_DIGITS = 16;

    private Quantity() {
    }

    /**
     * @param text digits and one of {@code k m g t}, in powers of 1024, or digits alone for bytes; in any case
     * @return the bytes, or empty if it is no such size or more than {@link #LARGEST_BYTES}
     */
    public static OptionalLong parseBytes(String text) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long unit = switch (Character.toLowerCase(text.charAt(text.length() - 1))) {
            case 'k' -> 1L << 10;
            case 'm' -> 1L << 20;
            case 'g' -> 1L << 30;
            case 't' -> 1L << 40;
            default -> 1L;
        };
        OptionalLong number = digits(unit == 1 ? text : text.substring(0, text.length() - 1));
        if (number.isEmpty() || number.getAsLong() > LARGEST_BYTES / unit) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(number.getAsLong() * unit);
    }

    /**
     * @param text digits and one of {@code s m h}, in any case
     * @return the time, or empty if it is no such time or more than {@link #LONGEST}
     */
    public static Optional<Duration> parseDuration(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        long unitSeconds = switch (Character.toLowerCase(text.charAt(text.length() - 1))) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            default -> 0;
        };
        OptionalLong number = digits(text.substring(0, text.length() - 1));
        if (unitSeconds == 0 || number.isEmpty() || number.getAsLong() > LONGEST.toSeconds() / unitSeconds) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(number.getAsLong() * unitSeconds));
    }

    /** @return such as {@code 512 MiB} or {@code 1.5 GiB}; {@code no limit} for {@link Limits#UNLIMITED} */
    public static String formatBytes(long bytes) {
        if (bytes == Limits.UNLIMITED) {
            return "no limit";
        }
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        // By hand, for every call's grant says a size: String.format takes tens of microseconds.
        long tenths = Math.round(value * 10);
        boolean whole = value == Math.rint(value) || value >= 100;
        return (whole ? Long.toString(Math.round(value)) : tenths / 10 + "." + tenths % 10) + " " + units[unit];
    }

    /** @return as a hint says it: whole GiB as {@code 2g}, everything else rounded up to MiB, {@code 1536m} */
    public static String hintBytes(long bytes) {
        long mib = Math.max(1, (bytes + (1L << 20) - 1) >> 20);
        return mib % 1024 == 0 ? mib / 1024 + "g" : mib + "m";
    }

    /** @return that share of it; nothing overflows below {@link #LARGEST_BYTES} and a few thousand percent */
    public static long percentOf(long bytes, int percent) {
        // Apart, so that neither half overflows nor is rounded to nothing.
        return bytes / 100 * percent + bytes % 100 * percent / 100;
    }

    private static OptionalLong digits(String text) {
        if (text.isEmpty() || text.length() > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + (c - '0');
        }
        return OptionalLong.of(value);
    }
}
