package io.agentcgroup.simulate;

/** A PSI trigger: so much stall within a window, told at most once in each. */
final class StallTrigger {

    private final long stallNs;
    private final long windowNs;
    private final Runnable action;
    private long beganNs = Long.MIN_VALUE / 2;
    private long soFarNs;
    private boolean told;

    StallTrigger(long stallNs, long windowNs, Runnable action) {
        this.stallNs = stallNs;
        this.windowNs = windowNs;
        this.action = action;
    }

    void stalled(long nowNs, long forNs) {
        if (nowNs - beganNs > windowNs) {
            beganNs = nowNs;
            soFarNs = 0;
            told = false;
        }
        soFarNs += forNs;
        if (soFarNs >= stallNs && !told) {
            told = true;
            action.run();
        }
    }
}
