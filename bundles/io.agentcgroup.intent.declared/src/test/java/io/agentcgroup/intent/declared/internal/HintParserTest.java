package io.agentcgroup.intent.declared.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HintParserTest {

    private static final long MIB = 1L << 20;
    /** A parse that takes longer than a millisecond would be felt at the gate. */
    private static final long BOUND_NS = 1_000_000;

    private final HintParser parser = new HintParser(new Levels(
            Map.of("low", 256 * MIB, "medium", 1024 * MIB, "high", 4096 * MIB),
            Map.of("low", 0.5, "medium", 1.0, "high", 4.0),
            Map.of("short", Duration.ofSeconds(10), "medium", Duration.ofMinutes(2), "long", Duration.ofMinutes(30))));

    @ParameterizedTest
    @CsvSource({"memory:low,256", "memory:medium,1024", "memory:high,4096", "memory:300m,300", "memory:2g,2048", "MEMORY:2G,2048",
        "' memory : 2g ',2048"})
    void readsMemory(String hint, long mib) {
        assertEquals(OptionalLong.of(mib * MIB), good(hint).memoryBytes());
    }

    @ParameterizedTest
    @CsvSource({"cpu:low,0.5", "cpu:high,4", "cpu:2,2", "cpu:1.5,1.5", "cpu:0.25,0.25"})
    void readsCpu(String hint, double cores) {
        assertEquals(OptionalDouble.of(cores), good(hint).cpuCores());
    }

    @ParameterizedTest
    @CsvSource({"duration:short,10", "duration:long,1800", "duration:90s,90", "duration:5m,300", "duration:2h,7200"})
    void readsDuration(String hint, long seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), good(hint).duration());
    }

    @Test
    void readsSeveralParts() {
        ParsedHint hint = good("memory:2g, cpu:high,duration:short");
        assertEquals(OptionalLong.of(2048 * MIB), hint.memoryBytes());
        assertEquals(OptionalDouble.of(4), hint.cpuCores());
        assertEquals(Optional.of(Duration.ofSeconds(10)), hint.duration());
        assertFalse(hint.exact());
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:lots", "memory:2gb", "memory:1.5g", "memory:-1g", "memory:0m", "memory:2", "memory:4k", "memory:",
        "memory", "memory:9999999999g", "memory:2g g"})
    void namesBadMemoryAndSaysWhatIsRight(String hint) {
        ParsedHint parsed = parser.parse(hint);
        assertTrue(parsed.saysNothing());
        assertEquals(List.of("\"" + hint + "\" in your resource hint was ignored: memory is low, medium, high or a size such as"
                + " memory:512m or memory:2g"), parsed.problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu:0", "cpu:many", "cpu:1e3", "cpu:.5", "cpu:1.", "cpu:1.2.3", "cpu:99999", "cpu:NaN", "duration:0s",
        "duration:5", "duration:forever", "gpu:1", "", "2g", ":", "memory=2g"})
    void ignoresOtherBadParts(String hint) {
        ParsedHint parsed = parser.parse(hint);
        assertTrue(parsed.saysNothing());
        assertEquals(1, parsed.problems().size());
    }

    @Test
    void goodPartsCountBesideBadOnes() {
        ParsedHint hint = parser.parse("memory:2g,cpu:loads");
        assertEquals(OptionalLong.of(2048 * MIB), hint.memoryBytes());
        assertEquals(1, hint.problems().size());
    }

    @Test
    void theFirstOfTwoCounts() {
        ParsedHint hint = parser.parse("memory:2g,memory:8g");
        assertEquals(OptionalLong.of(2048 * MIB), hint.memoryBytes());
        assertEquals(1, hint.problems().size());
    }

    @Test
    void tellsAFewProblemsOnly() {
        assertEquals(3, parser.parse(",".repeat(200)).problems().size());
    }

    @Test
    void aHintThatIsTooLongIsNotRead() {
        ParsedHint hint = parser.parse("memory:2g," + " ".repeat(250));
        assertTrue(hint.saysNothing());
        assertEquals(1, hint.problems().size());
    }

    @Test
    void aTerminalIsSafeFromBadParts() {
        String problem = parser.parse("memory:\u001b[2J\u202e").problems().get(0);
        assertTrue(problem.chars().allMatch(c -> c >= ' ' && c < 0x7f), problem);
    }

    @Test
    void tenThousandRandomAndMutatedHintsAreReadWithoutHarm() {
        long seed = Long.getLong("agentcgroup.seed", System.nanoTime());
        System.out.println("hint fuzzing with -Dagentcgroup.seed=" + seed);
        Random random = new Random(seed);
        int slow = 0;
        for (int i = 0; i < 10_000; i++) {
            String hint = i % 2 == 0 ? randomText(random) : mutated(random);
            long before = System.nanoTime();
            ParsedHint parsed = parser.parse(hint);
            slow += System.nanoTime() - before > BOUND_NS && i > 1_000 ? 1 : 0;
            assertTrue(parsed.memoryBytes().orElse(1) > 0);
            assertTrue(parsed.cpuCores().orElse(1) > 0);
            assertFalse(parsed.duration().orElse(Duration.ofSeconds(1)).isZero());
            for (String problem : parsed.problems()) {
                assertTrue(problem.codePoints().noneMatch(Character::isISOControl), problem);
                assertTrue(problem.length() < 400, problem);
            }
        }
        // A busy machine takes the CPU away now and then; a slow parser would be slow each time.
        assertTrue(slow < 1_000, slow + " of 10,000 took longer than a millisecond");
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(300);
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    private static String mutated(Random random) {
        String[] seeds = {"memory:2g", "memory:high,cpu:1.5", "cpu:low,duration:90s", "memory:512m,cpu:2,duration:long"};
        StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, (char) random.nextInt(0x250));
                default -> text.insert(at, text.substring(at));
            }
            if (text.isEmpty()) {
                text.append(':');
            }
        }
        return text.toString();
    }

    private ParsedHint good(String hint) {
        ParsedHint parsed = parser.parse(hint);
        assertEquals(List.of(), parsed.problems());
        return parsed;
    }
}
