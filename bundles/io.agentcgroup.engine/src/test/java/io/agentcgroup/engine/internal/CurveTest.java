package io.agentcgroup.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.MemoryCurve;
import io.agentcgroup.api.MemoryCurve.Point;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CurveTest {

    private static final long MS = 1_000_000;
    private static final long ORIGIN_NS = 5_000 * MS;
    private static final long RECEIVED_NS = ORIGIN_NS - 300 * MS;

    private final Curve curve = new Curve(ORIGIN_NS, RECEIVED_NS);

    private void add(long afterMs, long bytes) {
        curve.add(ORIGIN_NS + afterMs * MS, bytes);
    }

    private MemoryCurve read(long endedMs) {
        return curve.read(ORIGIN_NS + endedMs * MS);
    }

    @Test
    void aCallThatIsSoonOverHasNone() {
        add(10, 1);
        add(500, 2);

        assertEquals(MemoryCurve.NONE, read(999));
        assertEquals(2, read(1_000).points().size());
        assertEquals(MemoryCurve.NONE, new Curve(0, 0).read(Long.MAX_VALUE));
    }

    @Test
    void pointsAreToldFromWhenTheCallWasReceived() {
        add(250, 7);

        assertEquals(List.of(new Point(Duration.ofMillis(550), 7)), read(2_000).points());
    }

    @Test
    void ofReadingsThatAreCloseTheHighestIsKept() {
        add(100, 5);
        add(110, 9);
        add(140, 3);

        assertEquals(List.of(new Point(Duration.ofMillis(410), 9)), read(2_000).points());
    }

    @Test
    void aLongLifeHasFewPointsInOrderAndItsPeakAmongThem() {
        long hourMs = 3_600_000;
        for (long ms = 0; ms < hourMs; ms += 200) {
            add(ms, ms == 1_234_400 ? 1L << 40 : 100 + ms % 7);
        }

        List<Point> points = read(hourMs).points();
        assertTrue(points.size() > MemoryCurve.MOST_POINTS / 2 - 1 && points.size() <= MemoryCurve.MOST_POINTS, points.size() + " points");
        assertTrue(points.contains(new Point(Duration.ofMillis(1_234_700), 1L << 40)), "the peak is lost");
        for (int i = 1; i < points.size(); i++) {
            assertTrue(points.get(i).after().compareTo(points.get(i - 1).after()) > 0, "out of order at " + i);
        }
    }

    @Test
    void aReadingAfterALongSilenceFits() {
        add(10, 1);
        add(86_400_000, 2);

        assertEquals(List.of(1L, 2L), read(86_400_001).points().stream().map(Point::bytes).toList());
    }

    @Test
    void aGaugeHandsOnWhatItReadsAnew() {
        AtomicLong used = new AtomicLong(10);
        Gauge gauge = new Gauge(() -> OptionalLong.of(used.getAndIncrement()), curve);
        gauge.read(ORIGIN_NS + 100 * MS, 0);
        gauge.read(ORIGIN_NS + 110 * MS, 50 * MS);
        gauge.read(ORIGIN_NS + 200 * MS, 50 * MS);

        assertEquals(List.of(10L, 11L), read(1_000).points().stream().map(Point::bytes).toList());
    }
}
