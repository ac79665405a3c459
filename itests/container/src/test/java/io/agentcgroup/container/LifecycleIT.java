package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.jr.ob.JSON;

/** The appliance's life, as a person sees it from the command line. */
class LifecycleIT {

    private Instance instance;

    @BeforeEach
    void install() throws IOException {
        instance = new Instance();
    }

    @AfterEach
    void uninstall() throws Exception {
        instance.close();
    }

    @Test
    void aCallOfAnAgentIsBornInItsOwnCgroupAndJournalled() throws Exception {
        instance.succeed("start");

        Instance.Result agent = instance.succeed("run", "--session", "one", "--", "/bin/sh", "-c",
                "cat /proc/self/cgroup; sh -c 'cat /proc/self/cgroup; exit 3'; echo code $?");

        List<String> lines = agent.out().lines().filter(line -> line.startsWith("0::") || line.startsWith("code")).toList();
        assertTrue(lines.get(0).endsWith("/one/agent"), agent.toString());
        assertTrue(lines.get(1).matches(".*/one/call-[^/]+"), agent.toString());
        assertEquals("code 3", lines.get(2));
        // The agent has its answer first.
        Eventually.isTrue("the call is journalled", () -> !instance.journal("one").isEmpty());
        Map<String, Object> call = instance.journal("one").get(0);
        assertEquals(3, call.get("exit_code"), call.toString());
        assertTrue(lines.get(1).endsWith("call-" + call.get("id")), call.toString());
    }

    @Test
    void execIsACallOfARunningSession() throws Exception {
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "two", "--", "sleep", "60").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("two.sock")));

            assertEquals(7, instance.agentcgroup("exec", "--session", "two", "--", "sh", "-c", "exit 7").exitCode());
            Eventually.isTrue("the call is journalled", () -> !instance.journal("two").isEmpty());
            assertEquals(7, instance.journal("two").get(0).get("exit_code"));
            assertTrue(instance.succeed("sessions").out().contains("two"));

            assertEquals("session two has priority low and 3 GiB\n", instance.succeed("session", "change", "two", "--priority", "low", "--memory", "3g").out());
            String changed = instance.succeed("sessions").out();
            assertTrue(changed.contains("low") && changed.contains("3 GiB"), changed);
            assertEquals(1, instance.agentcgroup("session", "change", "nobody", "--priority", "low").exitCode());

            instance.succeed("session", "close", "two");
            assertTrue(agent.waitFor(10, TimeUnit.SECONDS), "the agent lives on in a closed session");
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void statusSaysWhetherItRuns() throws Exception {
        Instance.Result before = instance.agentcgroup("status");
        instance.succeed("start");
        Map<String, Object> running = instance.json("status");
        instance.succeed("stop");

        assertEquals(1, before.exitCode());
        assertTrue(before.err().contains("agentcgroup start"), before.toString());
        assertEquals("agentcgroup.status/v1", running.get("schema"));
        assertEquals(true, running.get("ready"), running.toString());
        assertEquals(1, instance.agentcgroup("status").exitCode());
        assertFalse(Files.exists(instance.run().resolve("control.sock")), "the socket of a stopped daemon");
    }

    @Test
    void statusSaysWhetherItIsWellAndFailsWhenItIsNot() throws Exception {
        instance.succeed("start");
        Map<String, Object> health = health(instance.succeed("status", "--json"));
        Files.writeString(instance.conf().resolve("io.agentcgroup.health.cfg"), "disk.critical = 4096g\ndisk.warning = 4096g\n");
        Eventually.isTrue("the new bound is in force", () -> instance.agentcgroup("status").exitCode() == 1);
        Instance.Result ill = instance.agentcgroup("status");

        assertEquals(List.of("cgroup tree", "configuration", "eBPF programs", "engine", "journal", "kernel events", "plug-ins", "redaction", "sockets",
                "tier"), checks(health), health.toString());
        assertFalse(health.toString().contains("critical"), health.toString());
        assertTrue(ill.out().contains("CRITICAL") && ill.out().contains("make room"), ill.toString());
        assertEquals("critical", health(instance.agentcgroup("status", "--json")).get("level"));
    }

    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    private static Map<String, Object> health(Instance.Result status) throws IOException {
        return (Map<String, Object>) JSON.std.mapFrom(status.out()).get("health");
    }

    @SuppressWarnings("unchecked") // what Jackson makes of JSON
    private static List<Object> checks(Map<String, Object> health) {
        return ((List<Map<String, Object>>) health.get("checks")).stream().map(check -> check.get("name")).sorted().toList();
    }

    /** Making the archive slows a start and a stop, which only pays when there is a next one. */
    @Test
    void theSecondStopArchivesClassesForLaterStartsAndSaysNothing() throws Exception {
        instance.succeed("start");
        instance.succeed("stop");
        List<Path> first = archives();
        instance.succeed("start");
        instance.succeed("stop");
        String said = Files.readString(instance.state().resolve("log/daemon.err"));
        List<Path> second = archives();
        instance.succeed("start");

        assertEquals(List.of(), first);
        assertEquals(1, second.size(), second.toString());
        assertEquals("", said);
        String commandLine = Files.readString(Path.of("/proc", Long.toString(instance.daemon().pid()), "cmdline"));
        assertTrue(commandLine.contains("-XX:SharedArchiveFile=" + second.get(0)), commandLine);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(instance.state())) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }

    @Test
    void aSecondDaemonOnTheSameFoldersIsRefusedAndDoesNoHarm() throws Exception {
        instance.succeed("start");
        long first = instance.daemon().pid();

        Instance.Result start = instance.agentcgroup("start");
        Instance.Result daemon = instance.agentcgroup("daemon");

        assertEquals(1, start.exitCode());
        assertTrue(start.err().contains("already running as process " + first), start.toString());
        assertEquals(1, daemon.exitCode());
        assertTrue(daemon.out().startsWith("error already running: process " + first), daemon.toString());
        assertEquals(first, instance.daemon().pid());
        instance.succeed("status");
    }

    @Test
    void aCallOutlivesACrashOfTheDaemonAndIsAdoptedByTheNext() throws Exception {
        instance.succeed("start");
        Path born = instance.state().resolve("born");
        Path done = instance.state().resolve("done");
        Process agent = instance.command("run", "--session", "three", "--", "/bin/sh", "-c", "sh -c 'cat /proc/self/cgroup > " + born
                + "; while [ ! -e " + done + " ]; do sleep 0.1; done; exit 9'; exit $?").start();
        try {
            // Listed it is before: a daemon that crashes in between has its agent run the command without it.
            Eventually.isTrue("the call is born", () -> Files.exists(born) && Files.readString(born).contains("/three/call-"));
            Eventually.isTrue("the call runs", () -> instance.succeed("calls").out().contains("three"));
            ProcessHandle crashed = instance.daemon();
            crashed.destroyForcibly();
            crashed.onExit().get(10, TimeUnit.SECONDS);

            instance.succeed("start");

            assertNotEquals(crashed.pid(), instance.daemon().pid());
            assertTrue(instance.succeed("calls").out().contains("three"), "the call was not adopted");
            Files.createFile(done);
            assertTrue(agent.waitFor(60, TimeUnit.SECONDS));
            assertEquals(9, agent.exitValue(), "the call's exit code");
            Eventually.isTrue("the call is journalled", () -> !instance.journal("three").isEmpty());
            Map<String, Object> call = instance.journal("three").get(0);
            assertEquals(true, call.get("adopted"), call.toString());
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void stopLeavesAgentsAloneAndReleaseLeavesNothing() throws Exception {
        instance.succeed("start");
        Process agent = instance.command("run", "--session", "four", "--", "sleep", "60").start();
        try {
            Eventually.isTrue("the session is open", () -> Files.exists(instance.run().resolve("four.sock")));

            instance.succeed("stop");
            assertTrue(agent.isAlive(), "the agent of a stopped daemon");
            instance.succeed("start");
            instance.succeed("stop", "--release");

            assertTrue(agent.waitFor(10, TimeUnit.SECONDS), "the agent lives on after --release");
            assertFalse(Files.exists(instance.tree()), "the tree after --release");
            assertFalse(Files.exists(Path.of("/sys/fs/bpf").resolve(instance.tree().getFileName())), "eBPF programs after --release");
        } finally {
            agent.destroyForcibly();
        }
    }

    @Test
    void theDoctorAnswersWithAndWithoutADaemonAndLeavesNothingBehind() throws Exception {
        Path mount = instance.tree().getParent();
        List<String> before = directories(mount);

        Map<String, Object> alone = instance.json("doctor");

        assertEquals(before, directories(mount));
        assertFalse(Files.exists(instance.run()), "the doctor made a run folder");
        instance.succeed("start");
        Map<String, Object> beside = instance.json("doctor");
        assertEquals("agentcgroup.doctor/v1", alone.get("schema"));
        assertEquals(beside.get("tier"), alone.get("tier"));
        assertEquals(4, ((List<?>) alone.get("tiers")).size(), alone.toString());
    }

    private static List<String> directories(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            // Other tests build trees on this machine at the same time.
            return files.filter(Files::isDirectory).map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("agentcgroup-doctor")).sorted().toList();
        }
    }
}
