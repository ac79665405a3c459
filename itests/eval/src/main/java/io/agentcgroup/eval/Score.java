package io.agentcgroup.eval;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How grants did against what calls took. Coverage is the share of calls whose peak was at most the grant; waste is the
 * memory granted over time against the memory needed over time, no call needing less than 32 MB; spill is the mean of the
 * bytes above the grant, over all calls.
 */
final class Score {

    static final double FLOOR_BYTES = 32 << 20;

    private long calls;
    private long covered;
    private double grantedByteSeconds;
    private double neededByteSeconds;
    private double spilledBytes;

    void add(double grantBytes, Run.Call call) {
        double grant = Math.max(grantBytes, FLOOR_BYTES);
        calls++;
        covered += call.peakBytes() <= grant ? 1 : 0;
        grantedByteSeconds += grant * call.seconds();
        neededByteSeconds += Math.max(call.peakBytes(), FLOOR_BYTES) * call.seconds();
        spilledBytes += Math.max(0, call.peakBytes() - grant);
    }

    void add(Score other) {
        calls += other.calls;
        covered += other.covered;
        grantedByteSeconds += other.grantedByteSeconds;
        neededByteSeconds += other.neededByteSeconds;
        spilledBytes += other.spilledBytes;
    }

    long calls() {
        return calls;
    }

    double coverage() {
        return (double) covered / calls;
    }

    double waste() {
        return grantedByteSeconds / neededByteSeconds;
    }

    double spillBytes() {
        return spilledBytes / calls;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("coverage", coverage());
        map.put("waste", waste());
        map.put("spill_bytes", Math.round(spillBytes()));
        return map;
    }
}
