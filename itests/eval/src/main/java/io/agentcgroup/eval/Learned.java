package io.agentcgroup.eval;

import io.agentcgroup.intent.learned.internal.model.DemandLearner;
import io.agentcgroup.intent.learned.internal.model.Knowledge;
import io.agentcgroup.intent.learned.internal.model.Observation;
import io.agentcgroup.intent.learned.internal.model.Prediction;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The class that the appliance uses, from an empty store. Its knob is the price of a miss in megabyte-seconds. */
final class Learned implements Predictor {

    static final double DEFAULT_PRICE_MB_S = 20_000;

    private final DemandLearner learner = new DemandLearner(new Knowledge());

    @Override
    public String name() {
        return "learned";
    }

    @Override
    public List<Double> knobs() {
        return Knobs.geometric(100, 3_000_000, 80);
    }

    @Override
    public double defaultKnob() {
        return DEFAULT_PRICE_MB_S;
    }

    @Override
    public DoubleUnaryOperator grantFor(Run run, Run.Call call) {
        Prediction prediction = learner.predict(run.name(), directory(run), call.command());
        return prediction::grantBytes;
    }

    @Override
    public void observe(Run run, Run.Call call) {
        learner.observe(run.name(), directory(run), call.command(),
                Observation.of(Math.max(0, Math.round(call.peakBytes())), call.seconds()));
    }

    private static String directory(Run run) {
        return "/" + run.repository();
    }
}
