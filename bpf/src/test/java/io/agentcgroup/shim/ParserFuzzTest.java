package io.agentcgroup.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Everything in the shim that reads words of others, in C under address and undefined-behaviour sanitizers. */
class ParserFuzzTest {

    private static final int ROUNDS = 10_000;

    @Test
    void bearsHostileMessagesHintsAndCommandLines() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime() % 1_000_000);
        System.out.println("parsers: -Dseed=" + seed + ", " + ROUNDS + " rounds");
        Process process = new ProcessBuilder(Host.testProgram("fuzz").toString(), Long.toString(seed),
                Integer.toString(ROUNDS)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> "-Dseed=" + seed + "\n" + output);
    }
}
