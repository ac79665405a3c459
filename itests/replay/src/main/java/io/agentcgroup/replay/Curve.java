package io.agentcgroup.replay;

/** The memory of a whole run, followed by one process. */
final class Curve {

    private Curve() {
    }

    static Plan plan(Trace trace, Scale scale) {
        Plan plan = new Plan();
        double atS = trace.startS();
        for (Trace.Sample sample : trace.samples()) {
            plan.waitUs(scale.waitUs(sample.atS() - atS)).hold(sample.bytes() + scale.extraBytes());
            atS = sample.atS();
        }
        return plan;
    }
}
