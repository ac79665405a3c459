package io.agentcgroup.engine.internal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What a domain uses, and how fast that changes: kept from look to look. Thread-safe. */
final class Gauge {

    /** Faster changes than that are noise of single batches; slower ones would come too late. */
    private static final long SMOOTH_NS = 100_000_000;
    /** Two readings that are closer say nothing about a rate. */
    private static final long TELLING_NS = 2_000_000;
    private static final double NS_PER_S = 1e9;

    private final Supplier<OptionalLong> source;
    private final Optional<Curve> curve;
    private OptionalLong bytes = OptionalLong.empty();
    private long highest;
    private long readNs;
    private long ratedNs;
    private long ratedBytes;
    private double bytesPerS;

    Gauge(Supplier<OptionalLong> source) {
        this.source = source;
        this.curve = Optional.empty();
    }

    /** @param curve gets each reading, too */
    Gauge(Supplier<OptionalLong> source, Curve curve) {
        this.source = source;
        this.curve = Optional.of(curve);
    }

    /**
     * @param oldestNs how old a reading may be that will do
     * @return what is used; empty where the kernel does not say
     */
    synchronized OptionalLong read(long nowNs, long oldestNs) {
        if (bytes.isEmpty() || nowNs - readNs > oldestNs) {
            bytes = source.get();
            readNs = nowNs;
            bytes.ifPresent(now -> take(now, nowNs));
        }
        return bytes;
    }

    private void take(long now, long nowNs) {
        highest = Math.max(highest, now);
        curve.ifPresent(kept -> kept.add(nowNs, now));
        if (ratedNs == 0) {
            ratedNs = nowNs;
            ratedBytes = now;
            return;
        }
        long passedNs = nowNs - ratedNs;
        if (passedNs < TELLING_NS) {
            return;
        }
        double rate = (now - ratedBytes) * NS_PER_S / passedNs;
        bytesPerS += (rate - bytesPerS) * Math.min(1, (double) passedNs / SMOOTH_NS);
        ratedNs = nowNs;
        ratedBytes = now;
    }

    /** @return what was read last; empty before that */
    synchronized OptionalLong last() {
        return bytes;
    }

    synchronized long bytesPerS() {
        return Math.round(bytesPerS);
    }

    synchronized long highest() {
        return highest;
    }
}
