package io.agentcgroup.intent.learned.internal.model;

/** What is known of one signature or class. Not thread-safe. */
final class Node {

    /** Whether a call bursts. */
    final Chance bursts = new Chance();
    /** The size of bursts, in bytes or as a multiple of a yardstick. */
    final RecentSketch sizes;
    /** CPUs' worth of time. */
    final RecentSketch cores;
    /** How long calls run. */
    final LogMean seconds = new LogMean();

    Node(int sketchK) {
        this(new RecentSketch(sketchK), new RecentSketch(sketchK));
    }

    Node(RecentSketch sizes, RecentSketch cores) {
        this.sizes = sizes;
        this.cores = cores;
    }

    void merge(Node other) {
        bursts.merge(other.bursts);
        sizes.merge(other.sizes);
        cores.merge(other.cores);
        seconds.merge(other.seconds);
    }
}
