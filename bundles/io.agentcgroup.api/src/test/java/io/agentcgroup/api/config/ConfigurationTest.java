package io.agentcgroup.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Priority;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConfigurationTest {

    @interface Config {

        int most_calls() default 7;

        String name() default "n";

        double share() default 0.5;

        boolean loud() default false;
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        Config config = Configuration.of(Config.class, Map.of("most.calls", 8));
        assertEquals(8, config.most_calls());
        assertEquals("n", config.name());
        assertEquals(0.5, config.share());
        assertFalse(config.loud());
    }

    @Test
    void textsAreTakenForWhatThePropertyIs() {
        Config config = Configuration.of(Config.class, Map.of("most.calls", " 8", "name", "8", "share", "0.25", "loud", "true"));
        assertEquals(8, config.most_calls());
        assertEquals("8", config.name());
        assertEquals(0.25, config.share());
        assertTrue(config.loud());
    }

    @Test
    void whatIsWrongIsNamed() {
        assertEquals("there is no property most: loud, most.calls, name, share", said(() -> Configuration.of(Config.class, Map.of("most", 1))));
        assertEquals("most.calls is a number, not \"many\"", said(() -> Configuration.of(Config.class, Map.of("most.calls", "many"))));
        assertEquals("loud is true or false, not \"very\"", said(() -> Configuration.of(Config.class, Map.of("loud", "very"))));
    }

    @Test
    void valuesAreCheckedByName() {
        assertEquals(3, Checked.inRange("p", 3, 3, 3));
        assertEquals("p is 1 to 2, not 3", said(() -> Checked.inRange("p", 3, 1, 2)));
        assertEquals(1L << 20, Checked.bytes("p", " 1m "));
        assertEquals("p is a size such as 256m or 2g, not \"0\"", said(() -> Checked.bytes("p", "0")));
        assertEquals("p is a size such as 256m or 2g and at least 4 MiB, not \"1m\"", said(() -> Checked.bytes("p", "1m", 4L << 20)));
    }

    @Test
    void aWeightGoesWithEachPriority() {
        CpuWeights weights = new CpuWeights(300, 100, 30);
        assertEquals(300, weights.of(Priority.HIGH));
        assertEquals(100, weights.of(Priority.NORMAL));
        assertEquals(30, weights.of(Priority.LOW));
        assertEquals("cpu.weight.low is 1 to 10000, not 0", said(() -> new CpuWeights(300, 100, 0)));
    }

    private static String said(Executable what) {
        return assertThrows(IllegalArgumentException.class, what).getMessage();
    }
}
