package io.agentcgroup.replay;

/**
 * How a recorded run is changed when it is done again: its time is divided, its memory stays what it was, on top of more.
 *
 * @param speed so many times faster than recorded; more than 0
 * @param extraBytes held beside the recorded memory, all the time
 */
public record Scale(double speed, long extraBytes) {

    /** As recorded. */
    public static final Scale NONE = new Scale(1, 0);

    private static final double US_PER_S = 1e6;

    public Scale {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("the speed must be more than 0, not " + speed);
        }
        if (extraBytes < 0) {
            throw new IllegalArgumentException("the extra memory cannot be negative");
        }
    }

    /** @return microseconds to let pass for so many recorded seconds */
    public long waitUs(double seconds) {
        return Math.max(0, Math.round(seconds * US_PER_S / speed));
    }
}
