package io.agentcgroup.itests.kernel.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.bpf.internal.LoaderComponent;
import io.agentcgroup.harness.Appliance;
import io.agentcgroup.harness.ControlGroup;
import io.agentcgroup.harness.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The distribution's daemon and our scheduler, while one call runs through all that happens to them. One story in several
 * tests, each of which begins where the one before has ended: a daemon takes half a minute to start on an emulated machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchedulerOfTheDaemonTest {

    private static final Path KERNEL = Path.of("/sys/kernel/sched_ext");
    private static final String ENGINE = "io.agentcgroup.engine";
    private static final String SESSION = "story";
    private static final int SCHED_EXT = 7;
    private static final int EXIT_CODE = 42;
    private static final String PATIENCE_MS = "30000";
    private static final long FATE_S = 60;
    /** Field of {@code /proc/PID/stat} behind the program's name: it is the 41st of all. */
    private static final int POLICY_FIELD = 38;
    /** Of one that another version of the programs is pinned under. */
    private static final String OTHER_TAG = "0000000000000000";
    private static final List<String> LIMITS =
            List.of("memory.max", "memory.high", "memory.low", "memory.oom.group", "pids.max", "cpu.weight", "cpu.max");

    private Scratch scratch;
    private Appliance appliance;
    private LoaderComponent loader;
    private Path configuration;
    private Path gate;
    private Process agent;
    private ControlGroup call;
    private Map<String, String> limits;

    @BeforeAll
    void start() throws Exception {
        String home = System.getProperty("agentcgroup.test.home");
        assumeTrue(home != null && Files.exists(KERNEL), "needs the distribution, and a kernel with sched_ext");
        scratch = new Scratch();
        Path folder = scratch.folder("a");
        appliance = Appliance.configured(Path.of(home), folder, Map.of(ENGINE, Map.of("tier", "auto")));
        configuration = folder.resolve("conf").resolve(ENGINE + ".cfg");
        loader = LoaderComponent.standalone(Optional.of(Path.of(home, "lib/native/libbpf.so.1")),
                appliance.root().directory().getFileName().toString());
        pinAnotherVersion();
        appliance.start();
        appliance.warmUp();
        gate = scratch.folder().resolve("gate");
        assertEquals(0, new ProcessBuilder("mkfifo", gate.toString()).start().waitFor());
        agent = agent("read -r line < " + gate + "; exit " + EXIT_CODE);
        call = awaitCall();
        limits = limits();
    }

    /** As a daemon of another version would have left it. */
    private void pinAnotherVersion() throws IOException {
        try (InputStream image = SchedulerOfTheDaemonTest.class.getResourceAsStream("/schedfault.bpf.o");
                BpfObject other = loader.open("schedext", image.readAllBytes())) {
            other.load();
            try (BpfLink link = other.attachStructOps("acg_sched_ops")) {
                link.pin("schedext/" + OTHER_TAG + "/acg_sched_ops");
            }
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (agent != null) {
            agent.destroyForcibly();
        }
        if (appliance != null) {
            appliance.close();
            loader.pins().removeAll();
            loader.stop();
            scratch.close();
        }
    }

    private Process agent(String command) throws IOException {
        // The agent's own program is never a call; what it starts is.
        ProcessBuilder builder = appliance.agent(List.of("--session", SESSION), List.of("env", "bash", "-c", command));
        builder.environment().put("AGENTCGROUP_TIMEOUT_MS", PATIENCE_MS);
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private ControlGroup awaitCall() throws Exception {
        ControlGroup session = appliance.root().child(SESSION);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FATE_S);
        for (;;) {
            for (ControlGroup child : session.exists() ? session.children() : List.<ControlGroup>of()) {
                if (child.directory().getFileName().toString().startsWith("call-") && !child.processes().isEmpty()) {
                    return child;
                }
            }
            assertTrue(System.nanoTime() < deadline && agent.isAlive(), "the call did not start");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** @return the limits of the session, its agent and its call, by path */
    private Map<String, String> limits() throws IOException {
        Map<String, String> limits = new TreeMap<>();
        for (ControlGroup group : List.of(call.parent(), call.parent().child("agent"), call)) {
            for (String file : LIMITS) {
                limits.put(group.directory().getFileName() + "/" + file, group.read(file));
            }
        }
        return limits;
    }

    private static String kernel(String file) throws IOException {
        return Files.readString(KERNEL.resolve(file)).strip();
    }

    private int policy() throws IOException {
        String stat = Files.readString(Path.of("/proc", call.processes().get(0).toString(), "stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY_FIELD]);
    }

    /** @return the kernel's numbers of all links that are pinned, by name */
    private Map<String, Integer> links() {
        Map<String, Integer> links = new TreeMap<>();
        for (String name : loader.pins().list("")) {
            if (name.startsWith("schedext/") || name.startsWith("account/")) {
                try (BpfLink link = loader.pinnedLink(name).orElseThrow()) {
                    links.put(name, link.id());
                }
            }
        }
        return links;
    }

    private interface Fact {
        boolean holds() throws IOException;
    }

    private static void await(String what, Fact fact) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FATE_S);
        // Neither sysfs nor the control socket has anything to wait at.
        while (!fact.holds()) {
            assertTrue(System.nanoTime() < deadline, "not so after " + FATE_S + " s: " + what);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Object tier() {
        return appliance.status().get("tier");
    }

    @Test
    @Order(1)
    void aCallIsBornUnderOurScheduler() throws Exception {
        assertEquals("sched-ext", tier());
        assertEquals("enabled", kernel("state"));
        assertEquals(SCHED_EXT, policy());
    }

    @Test
    @Order(2)
    void anotherVersionOfTheProgramsWasReplaced() throws Exception {
        assertFalse(links().isEmpty());
        assertTrue(links().keySet().stream().noneMatch(name -> name.contains(OTHER_TAG)), () -> links().toString());
        // That other one was attached first.
        assertNotEquals("1", kernel("enable_seq"));
    }

    @Test
    @Order(3)
    void aKilledDaemonLeavesSchedulerAndLimitsAndTheNextOneTakesOverBoth() throws Exception {
        Map<String, Integer> before = links();
        String attached = kernel("enable_seq");
        appliance.kill();
        assertEquals("enabled", kernel("state"));
        assertEquals(limits, limits());
        appliance.start();
        await("tier sched-ext", () -> "sched-ext".equals(tier()));
        assertEquals(before, links(), "re-opened, not loaded anew");
        assertEquals(attached, kernel("enable_seq"), "attached all the time");
        assertEquals(limits, limits());
        assertEquals(SCHED_EXT, policy());
    }

    @Test
    @Order(4)
    void anotherTierByTheOperatorsWordLosesNoLimit() throws Exception {
        Files.writeString(configuration, "tier = cgroup\n");
        await("no scheduler", () -> "disabled".equals(kernel("state")) && "cgroup".equals(tier()));
        assertEquals(limits, limits());
        Files.writeString(configuration, "tier = auto\n");
        await("the scheduler again", () -> "enabled".equals(kernel("state")) && "sched-ext".equals(tier()));
        assertEquals(limits, limits());
    }

    @Test
    @Order(5)
    void whenSomebodyEndsTheSchedulerControlFilesHoldTheLimitsAndItIsSaid() throws Exception {
        // SysRq-S: the kernel's own way to get rid of a scheduler.
        Files.writeString(Path.of("/proc/sysrq-trigger"), "S");
        await("tier cgroup", () -> "cgroup".equals(tier()));
        // The scheduler is told of its end, and so are we, while the kernel is still at it.
        await("no scheduler", () -> "disabled".equals(kernel("state")));
        assertEquals(limits, limits());
        assertTrue(appliance.events().stream().anyMatch(line -> line.contains("\"scheduler-ended\"")), () -> "nothing in the journal");
    }

    @Test
    @Order(6)
    void theCallEndsWithItsOwnExitCode() throws Exception {
        try (OutputStream opened = Files.newOutputStream(gate)) {
            opened.flush();
        }
        assertTrue(agent.waitFor(FATE_S, TimeUnit.SECONDS));
        assertEquals(EXIT_CODE, agent.exitValue());
    }

    @Test
    @Order(7)
    void releaseLeavesNothingInTheKernel() throws Exception {
        appliance.release();
        assertEquals(List.of(), loader.pins().list(""));
        // The kernel takes a scheduler down behind the back of whoever let go of it last.
        await("no scheduler", () -> "disabled".equals(kernel("state")));
    }
}
