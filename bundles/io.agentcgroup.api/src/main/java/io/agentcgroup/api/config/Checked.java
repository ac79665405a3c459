package io.agentcgroup.api.config;

import io.agentcgroup.api.Quantity;

/**
 * Values of properties, checked.
 *
 * <pre>{@code
 * int percent = Checked.inRange("headroom.percent", config.headroom_percent(), 0, 1_000);
 * long floor = Checked.bytes("floor.memory", config.floor_memory());
 * }</pre>
 */
public final class Checked {

    private Checked() {
    }

    /**
     * @return the value
     * @throws IllegalArgumentException with the property's name and its range
     */
    public static int inRange(String property, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(property + " is " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    /**
     * @param text such as {@code 256m}
     * @return the bytes, more than none
     * @throws IllegalArgumentException with the property's name and what it should be
     */
    public static long bytes(String property, String text) {
        long bytes = parse(text);
        if (bytes == 0) {
            throw new IllegalArgumentException(property + " is a size such as 256m or 2g, not \"" + text + "\"");
        }
        return bytes;
    }

    /**
     * @param text such as {@code 256m}
     * @return the bytes, as many as {@code least} or more
     * @throws IllegalArgumentException with the property's name and what it should be
     */
    public static long bytes(String property, String text, long least) {
        long bytes = parse(text);
        if (bytes < least) {
            throw new IllegalArgumentException(property + " is a size such as 256m or 2g and at least " + Quantity.formatBytes(least) + ", not \""
                    + text + "\"");
        }
        return bytes;
    }

    private static long parse(String text) {
        return Quantity.parseBytes(text.strip()).orElse(0);
    }
}
