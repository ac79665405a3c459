package io.agentcgroup.eval;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The same for every call: a quantile of all calls seen before. */
final class GlobalQuantile implements Predictor {

    private final Quantiles all = new Quantiles();

    @Override
    public String name() {
        return "global";
    }

    @Override
    public List<Double> knobs() {
        return Knobs.ranks();
    }

    @Override
    public double defaultKnob() {
        return 0.98;
    }

    @Override
    public DoubleUnaryOperator grantFor(Run run, Run.Call call) {
        return all.now();
    }

    @Override
    public void observe(Run run, Run.Call call) {
        all.add(call.peakBytes());
    }
}
