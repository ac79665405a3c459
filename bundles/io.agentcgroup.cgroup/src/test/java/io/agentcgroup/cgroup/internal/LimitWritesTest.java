package io.agentcgroup.cgroup.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Limits;
import io.agentcgroup.api.Limits.CpuMax;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LimitWritesTest {

    private static final long MIB = 1 << 20;

    @Test
    void writesOnlyWhatIsSaid() {
        assertEquals(List.of("pids.max=100"), plan(Limits.builder().pidsMax(100).build(), 0));
        assertEquals(List.of(), plan(Limits.NONE, 0));
    }

    @Test
    void spellsValuesAsTheKernelWantsThem() {
        Limits limits = Limits.builder().oomGroup(true).cpuWeight(300).cpuMax(CpuMax.ofCores(1.5)).ioWeight(50)
                .memoryMinBytes(MIB).memoryLowBytes(2 * MIB).swapMaxBytes(0).pidsMax(Limits.UNLIMITED).build();

        assertEquals(List.of("memory.oom.group=1", "pids.max=max", "cpu.weight=300", "cpu.max=150000 100000", "io.weight=50",
                "memory.min=1048576", "memory.low=2097152", "memory.swap.max=0"), plan(limits, 0));
    }

    @Test
    void anUnboundedCpuKeepsItsPeriod() {
        Limits limits = Limits.builder().cpuMax(new CpuMax(Limits.UNLIMITED, 50_000)).build();

        assertEquals(List.of("cpu.max=max 50000"), plan(limits, 0));
    }

    @Test
    void theDomainDiesAsAWholeBeforeItCanDie() {
        List<String> writes = plan(Limits.builder().memoryMaxBytes(MIB).oomGroup(true).build(), Limits.UNLIMITED);

        assertEquals(List.of("memory.oom.group=1", "memory.max=1048576"), writes);
    }

    @Test
    void loweringTakesTheSoftLimitDownFirst() {
        Limits lower = Limits.builder().memoryHighBytes(10 * MIB).memoryMaxBytes(20 * MIB).build();

        assertEquals(List.of("memory.high=10485760", "memory.max=20971520"), plan(lower, 100 * MIB));
    }

    @Test
    void raisingTakesTheHardLimitUpFirst() {
        Limits higher = Limits.builder().memoryHighBytes(100 * MIB).memoryMaxBytes(200 * MIB).build();

        assertEquals(List.of("memory.max=209715200", "memory.high=104857600"), plan(higher, 20 * MIB));
    }

    @Test
    void aFreshDomainIsLoweredFromUnlimited() {
        Limits first = Limits.builder().memoryHighBytes(10 * MIB).memoryMaxBytes(20 * MIB).build();

        assertEquals(List.of("memory.high=10485760", "memory.max=20971520"), plan(first, Limits.UNLIMITED));
    }

    @Test
    void noStepIsEverMoreThanBeforeAndAfter() {
        long[] values = {1 * MIB, 5 * MIB, 50 * MIB, Limits.UNLIMITED};
        for (long oldMax : values) {
            for (long newMax : values) {
                long max = oldMax;
                for (String write : plan(Limits.builder().memoryHighBytes(newMax).memoryMaxBytes(newMax).build(), oldMax)) {
                    if (write.startsWith("memory.max=")) {
                        max = ControlText.value(write.substring("memory.max=".length())).orElseThrow();
                    }
                    assertTrue(max <= Math.max(oldMax, newMax), write);
                }
                assertEquals(newMax, max);
            }
        }
    }

    private static List<String> plan(Limits limits, long currentMax) {
        return LimitWrites.plan(limits, OptionalLong.of(currentMax)).stream()
                .map(write -> write.file().fileName() + "=" + write.text()).toList();
    }
}
