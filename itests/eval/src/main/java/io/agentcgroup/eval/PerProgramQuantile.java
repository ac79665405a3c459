package io.agentcgroup.eval;

import io.agentcgroup.intent.learned.internal.command.SignatureReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * A quantile of the earlier calls of the same program, of all calls as long as there are few. The program is taken from our
 * own reading of the command, behind {@code cd} and {@code python -m}: that makes it the best of its kind, not a straw man.
 */
final class PerProgramQuantile implements Predictor {

    /** With fewer calls, all calls say more. */
    private static final int FEWEST = 5;

    private final Quantiles all = new Quantiles();
    private final Map<String, Quantiles> programs = new HashMap<>();

    @Override
    public String name() {
        return "per-program";
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
        Quantiles own = programs.get(SignatureReader.read(call.command()).program());
        return (own == null || own.count() < FEWEST ? all : own).now();
    }

    @Override
    public void observe(Run run, Run.Call call) {
        all.add(call.peakBytes());
        programs.computeIfAbsent(SignatureReader.read(call.command()).program(), program -> new Quantiles())
                .add(call.peakBytes());
    }
}
