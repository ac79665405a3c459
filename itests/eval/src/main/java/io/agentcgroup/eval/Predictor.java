package io.agentcgroup.eval;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Says before a call what to grant it, and is told afterwards what it took. Has one safety knob. */
interface Predictor {

    /** @return the name of its arm in the report */
    String name();

    /** @return the knob's values to try, the least safe first */
    List<Double> knobs();

    /** @return the value one would start with */
    double defaultKnob();

    /** @return knob to bytes; the answer may not change any more once the call's outcome is told */
    DoubleUnaryOperator grantFor(Run run, Run.Call call);

    /** Tells what a call took, at the time when it is over. */
    void observe(Run run, Run.Call call);
}
