package io.agentcgroup.bench.isolation;

/** The virtual machine that this command boots has an emulated processor, ten times slower than a real one. */
public final class Emulation {

    public static final boolean HERE = "guest".equals(System.getenv("AGENTCGROUP_WHERE"));

    /** The shim's patience of 50 ms is for real machines. Here a call that goes ahead without a domain would show nothing. */
    public static final int ANSWER_AT_MOST_MS = 5_000;

    private Emulation() {
    }
}
