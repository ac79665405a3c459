package io.agentcgroup.api.bpf.shared;

/** Which histogram is where in {@link SharedMaps#HISTOGRAMS}: {@code enum acg_hist}, in its order. */
public enum KernelHistogram {
    /** From a breach to the last task of the held off its CPU. */
    REACTION,
    /** How long a domain was held. */
    HOLD,
    /** What a charge was asked to wait. */
    DELAY_ASKED,
    /** What it waited. */
    DELAY_GOT,
    /** By how much it waited longer or shorter than asked, in millionths of that. */
    DELAY_ERROR,
    /** The same for a hold that ran to its end. */
    HOLD_ERROR,
    /** How long a task was ready and not running, under our scheduler. */
    WAIT
}
