package io.agentcgroup.engine.internal;

import java.util.OptionalLong;

/**
 * How far the declarations of one session have proved right: learned from each ended call that declared memory, and kept with the session's
 * directory. Thread-safe.
 */
final class Trust {

    static final String KEY = "trust";

    /** Nothing is known yet: half. */
    private static final double AT_FIRST = 0.5;
    /** The last four calls or so decide: agents change their habits when they read feedback. */
    private static final double NEWEST_WEIGHT = 0.25;
    /** A declaration is right when the call used that much of it: need is not known to the megabyte, and some room is wise. */
    private static final double RIGHT_FROM = 0.4;
    private static final double RIGHT_TO = 1.1;
    /** Below that all calls are alike. */
    private static final long SMALL_BYTES = 64L << 20;
    /** From so many calls on, a habit is corrected. */
    private static final int HABIT_CALLS = 3;
    /** A call that died of its limit needed more; how much nobody saw. */
    private static final double OUT_OF_MEMORY_RATIO = 1.5;
    /** Corrections beyond these bounds come from measurements that make no sense. */
    private static final double LARGEST_CORRECTION_LOG2 = 5;

    private double trust = AT_FIRST;
    /** Of what was used to what was declared, smoothed, as a logarithm: too much and too little weigh the same. */
    private double ratioLog2;
    private int calls;

    synchronized double value() {
        return trust;
    }

    synchronized int calls() {
        return calls;
    }

    /** @return by what a declaration is to be multiplied; 1 until there is a habit */
    synchronized double correction() {
        return calls < HABIT_CALLS ? 1 : Math.pow(2, ratioLog2);
    }

    /** A call ended that had declared so much and used so much. */
    synchronized void learn(long declaredBytes, long usedBytes, boolean outOfMemory) {
        double used = Math.max(SMALL_BYTES, usedBytes);
        double ratio = used / Math.max(SMALL_BYTES, declaredBytes);
        if (outOfMemory) {
            ratio = Math.max(ratio, OUT_OF_MEMORY_RATIO);
        }
        double score = ratio < RIGHT_FROM ? ratio / RIGHT_FROM : ratio > RIGHT_TO ? RIGHT_TO / ratio : 1;
        double log2 = Math.log(ratio) / Math.log(2);
        double bounded = Math.max(-LARGEST_CORRECTION_LOG2, Math.min(LARGEST_CORRECTION_LOG2, log2));
        trust += (score - trust) * NEWEST_WEIGHT;
        ratioLog2 = calls == 0 ? bounded : ratioLog2 + (bounded - ratioLog2) * NEWEST_WEIGHT;
        calls++;
    }

    synchronized String write() {
        return new JsonMap().put("trust", trust).put("ratio_log2", ratioLog2).put("calls", calls).text();
    }

    /** @throws IllegalArgumentException if it is no such record */
    synchronized void read(String text) {
        JsonMap map = JsonMap.parse(text);
        trust = Math.max(0, Math.min(1, map.optionalDouble("trust").orElse(AT_FIRST)));
        ratioLog2 = Math.max(-LARGEST_CORRECTION_LOG2, Math.min(LARGEST_CORRECTION_LOG2, map.optionalDouble("ratio_log2").orElse(0)));
        OptionalLong seen = map.optionalLong("calls");
        calls = (int) Math.max(0, Math.min(Integer.MAX_VALUE, seen.orElse(0)));
    }
}
