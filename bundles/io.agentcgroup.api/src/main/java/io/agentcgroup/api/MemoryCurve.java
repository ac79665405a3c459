package io.agentcgroup.api;

import java.time.Duration;
import java.util.List;

/**
 * The memory of a call over its life: few points, the more apart the longer it lived. Of each stretch of time the highest reading is kept.
 *
 * @param points in order of time, at most {@value #MOST_POINTS}
 */
public record MemoryCurve(List<Point> points) {

    /** Enough for a picture; and what a journal's line grows by stays below two kilobytes. */
    public static final int MOST_POINTS = 64;

    /** Of a call that was over too soon, or whose memory nobody measures. */
    public static final MemoryCurve NONE = new MemoryCurve(List.of());

    public MemoryCurve {
        points = List.copyOf(points);
    }

    /**
     * A reading.
     *
     * @param after the call was received
     * @param bytes {@code memory.current} of its domain
     */
    public record Point(Duration after, long bytes) {
    }
}
