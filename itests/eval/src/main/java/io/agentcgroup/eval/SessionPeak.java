package io.agentcgroup.eval;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** An oracle: every call gets what the run's largest one will need, known beforehand. What a perfect static limit costs. */
final class SessionPeak implements Predictor {

    @Override
    public String name() {
        return "session-peak";
    }

    @Override
    public List<Double> knobs() {
        return Knobs.geometric(0.2, 1, 40);
    }

    @Override
    public double defaultKnob() {
        return 1;
    }

    @Override
    public DoubleUnaryOperator grantFor(Run run, Run.Call call) {
        double peakBytes = run.peakBytes();
        return knob -> knob * peakBytes;
    }

    @Override
    public void observe(Run run, Run.Call call) {
        // It knows already.
    }
}
