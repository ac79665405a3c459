package io.agentcgroup.engine.internal;

import io.agentcgroup.api.MemoryCurve;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps some of the readings of a call's memory, those that others make anyway: the lookout reads each running call at least four times a
 * second, and nobody does while nothing runs. Time is cut into stretches of equal length, of each the highest reading is kept; when there
 * are no more stretches, two become one. Thread-safe.
 */
final class Curve {

    /** The first few seconds finely, as most calls have no more. */
    private static final long FIRST_STRETCH_NS = 50_000_000;
    /** What was over sooner is said by its peak. */
    private static final long WORTH_A_PICTURE_NS = 1_000_000_000;

    private final long originNs;
    private final long receivedNs;
    // Guarded by this; the arrays are made with the first reading.
    private long stretchNs = FIRST_STRETCH_NS;
    private long[] afterNs;
    private long[] bytes;

    /**
     * @param originNs when the call began
     * @param receivedNs when it was received, on the same clock: what the points are told from
     */
    Curve(long originNs, long receivedNs) {
        this.originNs = originNs;
        this.receivedNs = receivedNs;
    }

    synchronized void add(long nowNs, long reading) {
        if (bytes == null) {
            afterNs = new long[MemoryCurve.MOST_POINTS];
            bytes = new long[MemoryCurve.MOST_POINTS];
            Arrays.fill(bytes, -1);
        }
        long passedNs = Math.max(0, nowNs - originNs);
        while (passedNs / stretchNs >= bytes.length) {
            halve();
        }
        keep((int) (passedNs / stretchNs), passedNs, reading);
    }

    private void keep(int stretch, long passedNs, long reading) {
        if (reading > bytes[stretch]) {
            bytes[stretch] = reading;
            afterNs[stretch] = passedNs;
        }
    }

    private void halve() {
        stretchNs *= 2;
        for (int i = 0; i < bytes.length; i++) {
            long reading = bytes[i];
            bytes[i] = -1;
            if (reading >= 0) {
                keep(i / 2, afterNs[i], reading);
            }
        }
    }

    /** @return what was kept; nothing for a call that did not live for a second */
    synchronized MemoryCurve read(long endedNs) {
        if (bytes == null || endedNs - originNs < WORTH_A_PICTURE_NS) {
            return MemoryCurve.NONE;
        }
        long waitedNs = Math.max(0, originNs - receivedNs);
        List<MemoryCurve.Point> points = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] >= 0) {
                points.add(new MemoryCurve.Point(Duration.ofNanos(waitedNs + afterNs[i]), bytes[i]));
            }
        }
        return new MemoryCurve(points);
    }
}
