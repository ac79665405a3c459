package io.agentcgroup.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.replay.CallsSplit.Step;
import io.agentcgroup.replay.CallsSplit.What;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallsSplitTest {

    private static Trace trace(List<Trace.Call> calls, long... bytesEachSecond) {
        Trace.Sample[] samples = new Trace.Sample[bytesEachSecond.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = new Trace.Sample(i, bytesEachSecond[i]);
        }
        return new Trace("t", List.of(samples), calls);
    }

    @Test
    void theBurstOfACallIsWhatIsMoreThanBeforeIt() {
        CallsSplit split = CallsSplit.of(trace(List.of(new Trace.Call(1.5, 3.5, "make")), 100, 110, 400, 300, 120));

        assertEquals(List.of(new Trace.Sample(2, 290), new Trace.Sample(3, 190)), split.bursts().get(0).samples());
        assertEquals(290, split.bursts().get(0).peakBytes());
        assertEquals(List.of(new Step(0, What.HOLD, 100, 0), new Step(1, What.HOLD, 110, 0), new Step(1.5, What.START, 0, 0),
                new Step(3.5, What.END, 0, 0), new Step(4, What.HOLD, 120, 0)), split.steps());
    }

    @Test
    void aCallThatUsesLessThanWasThereTakesNothing() {
        CallsSplit split = CallsSplit.of(trace(List.of(new Trace.Call(0.5, 1.5, "ls")), 100, 90, 100));

        assertEquals(0, split.bursts().get(0).peakBytes());
    }

    @Test
    void ofTwoCallsAtOnceTheLaterHasTheBurst() {
        CallsSplit split = CallsSplit.of(trace(List.of(new Trace.Call(0.5, 3.5, "first"), new Trace.Call(1.5, 2.5, "second")),
                100, 150, 400, 180, 100));

        assertEquals(List.of(new Trace.Sample(1, 50), new Trace.Sample(3, 80)), split.bursts().get(0).samples());
        assertEquals(List.of(new Trace.Sample(2, 300)), split.bursts().get(1).samples());
    }

    @Test
    void aCallBetweenTwoSamplesHasNoBurst() {
        CallsSplit split = CallsSplit.of(trace(List.of(new Trace.Call(0.2, 0.3, "ls")), 100, 110));

        assertEquals(List.of(), split.bursts().get(0).samples());
    }
}
