package io.agentcgroup.enforcer.schedext.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.api.Capability;
import io.agentcgroup.api.bpf.KernelFeature;
import io.agentcgroup.api.bpf.KernelFeatures;
import io.agentcgroup.api.bpf.shared.ExitEntry;
import io.agentcgroup.api.cgroup.CgroupTree;
import io.agentcgroup.api.cgroup.TreeInfo;
import io.agentcgroup.api.enforce.Enforcer;
import io.agentcgroup.api.journal.Journal;
import io.agentcgroup.api.journal.JournalEvent;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** What the tier offers when things go wrong in the kernel; the kernel is a fake one. */
class SchedExtTierTest {

    @TempDir
    private Path sysfs;
    private FakeKernel kernel;
    private final List<Enforcer> offered = new ArrayList<>();
    private final List<Duration> retriesAfter = new ArrayList<>();
    private final List<JournalEvent> journalled = new ArrayList<>();
    private Runnable retry;

    @BeforeEach
    void start() throws Exception {
        kernel = new FakeKernel(sysfs);
    }

    private static ExitEntry thrownOut() {
        return new ExitEntry(System.nanoTime(), 0, 1026, "runnable task stall", "a task waited for 30 s");
    }

    private static ExitEntry endedBySysrq(long timeNs) {
        return new ExitEntry(timeNs, 0, 67, "disabled by sysrq-S", "");
    }

    private SchedExtTier tier(Map<String, Object> settings) {
        BundleContext context = fake(BundleContext.class, (method, arguments) -> {
            Enforcer enforcer = (Enforcer) arguments[1];
            offered.add(enforcer);
            return fake(ServiceRegistration.class, (unregister, none) -> offered.remove(enforcer));
        });
        TreeInfo info = new TreeInfo("/sys/fs/cgroup/agentcgroup", false, Set.of("cpu", "memory", "pids"), OptionalLong.empty(), List.of());
        CgroupTree tree = fake(CgroupTree.class, (method, arguments) -> info);
        KernelFeatures features = fake(KernelFeatures.class, (method, arguments) -> method.equals("has") ? (Object) true
                : new Capability(((KernelFeature) arguments[0]).label(), true, "as a test has it"));
        // Does at once what is to be done at once, and keeps what is to be done later.
        ScheduledExecutorService worker = fake(ScheduledExecutorService.class, (method, arguments) -> {
            switch (method) {
                case "execute" -> ((Runnable) arguments[0]).run();
                case "schedule" -> {
                    retry = (Runnable) arguments[0];
                    retriesAfter.add(Duration.of((Long) arguments[1], ((TimeUnit) arguments[2]).toChronoUnit()));
                }
                default -> {
                    return method.equals("isShutdown") ? (Object) false : null;
                }
            }
            return null;
        });
        SchedExtTier tier = new SchedExtTier(context, tree, features, kernel.loader(), config(settings), kernel.scheduler(), worker);
        // Bound when it is there, which may be later.
        tier.journal = fake(Journal.class, (method, arguments) -> journalled.add((JournalEvent) arguments[0]));
        return tier;
    }

    private static SchedExtTier.Config config(Map<String, Object> settings) {
        Map<String, Object> values = new HashMap<>();
        for (var method : SchedExtTier.Config.class.getDeclaredMethods()) {
            values.put(method.getName(), method.getDefaultValue());
        }
        values.putAll(settings);
        return fake(SchedExtTier.Config.class, (method, arguments) -> values.get(method));
    }

    private interface Answers {
        Object to(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(SchedExtTierTest.class.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
    }

    private Capability capability() {
        assertEquals(1, offered.size(), "one offer at a time");
        return offered.get(0).capability();
    }

    @Test
    void callsAreBornUnderTheSchedulerOnceItIsWanted() {
        SchedExtTier tier = tier(Map.of());
        assertTrue(capability().available(), capability()::reason);
        assertEquals(OptionalInt.empty(), offered.get(0).schedulingPolicy());
        tier.wanted();
        assertEquals(OptionalInt.of(SchedExtEnforcer.SCHED_EXT), offered.get(0).schedulingPolicy());
        assertTrue(kernel.pins.contains("schedext/" + FakeKernel.TAG + "/acg_sched_ops"), kernel.pins::toString);
    }

    @Test
    void whatAnEarlierDaemonLeftIsNotLoadedAnew() {
        kernel.pins.add("schedext/" + FakeKernel.TAG + "/acg_sched_ops");
        kernel.attached(Scheduler.NAME);
        SchedExtTier tier = tier(Map.of());
        assertTrue(tier.inForce());
        assertEquals(0, kernel.loads);
    }

    @Test
    void anotherVersionIsReplacedWhenOursIsWanted() {
        kernel.pins.add("schedext/fedcba9876543210/acg_sched_ops");
        kernel.attached(Scheduler.NAME);
        SchedExtTier tier = tier(Map.of());
        assertFalse(tier.inForce());
        tier.wanted();
        assertEquals(1, kernel.loads);
        assertTrue(kernel.pins.stream().allMatch(name -> name.startsWith("schedext/" + FakeKernel.TAG + "/")), kernel.pins::toString);
    }

    @Test
    void somebodyElsesSchedulerIsLeftInPeace() {
        kernel.attached("scx_lavd");
        tier(Map.of());
        assertFalse(capability().available());
        assertTrue(capability().reason().contains("scx_lavd"), capability()::reason);
    }

    @Test
    void aSchedulerThatIsThrownOutIsTriedAgainThreeTimesAndThenNoMore() {
        SchedExtTier tier = tier(Map.of());
        for (int time = 1; time <= 3; time++) {
            tier.wanted();
            kernel.end(thrownOut());
            assertFalse(capability().available());
            assertTrue(capability().reason().contains("a task waited for 30 s"), capability()::reason);
            assertEquals(OptionalInt.empty(), offered.get(0).schedulingPolicy());
            retry.run();
            assertTrue(capability().available(), capability()::reason);
        }
        tier.wanted();
        kernel.end(thrownOut());
        assertFalse(capability().available());
        assertEquals(List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5)), retriesAfter);
    }

    @Test
    void aSchedulerThatSomebodyEndedIsNotTriedAgain() {
        SchedExtTier tier = tier(Map.of());
        tier.wanted();
        kernel.end(endedBySysrq(System.nanoTime()));
        assertFalse(capability().available());
        assertEquals(List.of(), retriesAfter);
        assertEquals(Set.of(), kernel.pins);
        assertEquals(List.of("scheduler-ended"), journalled.stream().map(JournalEvent::kind).toList());
    }

    @Test
    void theEndOfTheOneBeforeIsNotTheEndOfOurs() {
        SchedExtTier tier = tier(Map.of());
        long before = System.nanoTime();
        tier.wanted();
        kernel.end(endedBySysrq(before));
        assertTrue(capability().available(), capability()::reason);
        assertTrue(tier.inForce());
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> tier(Map.of("slice_ms", 0)));
        assertThrows(IllegalArgumentException.class, () -> tier(Map.of("hold_max_ms", 2001)));
        assertThrows(IllegalArgumentException.class, () -> tier(Map.of("hold_max_ms", 10, "hold_min_ms", 11)));
    }
}
