package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.agentcgroup.api.Limits;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTextTest {

    private static final String MEMORY_EVENTS = """
            low 0
            high 7
            max 12
            oom 3
            oom_kill 2
            oom_group_kill 1
            sock_throttled 0
            """;

    private static final String PRESSURE = """
            some avg10=1.23 avg60=0.50 avg300=0.10 total=123456
            full avg10=0.00 avg60=0.00 avg300=0.00 total=789
            """;

    @Test
    void readsAValue() {
        assertEquals(OptionalLong.of(1073741824), ControlText.value("1073741824\n"));
        assertEquals(OptionalLong.of(0), ControlText.value("0\n"));
    }

    @Test
    void readsNoLimitAsUnlimitedAndSpellsItBack() {
        assertEquals(OptionalLong.of(Limits.UNLIMITED), ControlText.value("max\n"));
        assertEquals("max", ControlText.limit(Limits.UNLIMITED));
        assertEquals("4096", ControlText.limit(4096));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "maximum", "-1", "99999999999999999999"})
    void whatIsNoNumberIsEmpty(String text) {
        assertEquals(OptionalLong.empty(), ControlText.value(text));
    }

    @Test
    void readsTheLargestNumber() {
        assertEquals(OptionalLong.of(Long.MAX_VALUE), ControlText.value("9223372036854775807"));
        assertEquals(OptionalLong.empty(), ControlText.value("9223372036854775808"));
    }

    @Test
    void readsAKeyThatBeginsLikeAnother() {
        assertEquals(OptionalLong.of(3), ControlText.keyed(MEMORY_EVENTS, "oom"));
        assertEquals(OptionalLong.of(2), ControlText.keyed(MEMORY_EVENTS, "oom_kill"));
        assertEquals(OptionalLong.of(1), ControlText.keyed(MEMORY_EVENTS, "oom_group_kill"));
    }

    @Test
    void aKeyIsFoundOnlyAtTheStartOfALine() {
        assertEquals(OptionalLong.empty(), ControlText.keyed(MEMORY_EVENTS, "kill"));
        assertEquals(OptionalLong.empty(), ControlText.keyed("low", "low"));
        assertEquals(OptionalLong.empty(), ControlText.keyed("low ", "low"));
        assertEquals(OptionalLong.of(5), ControlText.keyed("low 5", "low"));
    }

    @Test
    void readsStallTotalsOfEachLine() {
        assertEquals(OptionalLong.of(123456), ControlText.stallUs(PRESSURE, "some"));
        assertEquals(OptionalLong.of(789), ControlText.stallUs(PRESSURE, "full"));
    }

    @Test
    void aMissingPressureLineIsEmpty() {
        String cpuOfOldKernels = "some avg10=0.00 avg60=0.00 avg300=0.00 total=42\n";

        assertEquals(OptionalLong.of(42), ControlText.stallUs(cpuOfOldKernels, "some"));
        assertEquals(OptionalLong.empty(), ControlText.stallUs(cpuOfOldKernels, "full"));
        assertEquals(OptionalLong.empty(), ControlText.stallUs("some avg10=0.00\nfull total=3\n", "some"));
        assertEquals(OptionalLong.empty(), ControlText.stallUs("", "some"));
    }

    @Test
    void readsProcessesAndLeavesOutForeignOnes() {
        assertEquals(List.of(12, 4194304), ControlText.processes("12\n0\n4194304\n"));
        assertEquals(List.of(), ControlText.processes(""));
    }

    @Test
    void readsWords() {
        assertEquals(Set.of("cpu", "io", "memory", "pids"), ControlText.words("cpu io memory pids\n"));
        assertEquals(Set.of(), ControlText.words("\n"));
    }
}
