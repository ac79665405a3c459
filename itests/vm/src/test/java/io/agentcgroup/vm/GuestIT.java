package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots real kernels. */
class GuestIT {

    @TempDir
    Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theStockKernelHasWhatEnforcementNeeds() throws Exception {
        GuestResult result = run(GuestRun.builder(), """
                cat /sys/fs/cgroup/cgroup.controllers
                cat /sys/kernel/sched_ext/state
                test -s /sys/kernel/btf/vmlinux && echo btf
                findmnt -no OPTIONS /sys/fs/cgroup
                cat /proc/self/cgroup
                stat -fc %T /sys/fs/bpf /sys/kernel/tracing /tmp /run
                cat /sys/fs/cgroup/cpu.pressure | head -c 4
                """);
        assertEquals(0, result.exitCode(), this::said);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(List.of(lines.get(0).split(" ")).containsAll(List.of("cpu", "memory", "pids", "io", "cpuset")), this::said);
        assertEquals("disabled", lines.get(1), "no scheduler is loaded, but one could be");
        assertEquals("btf", lines.get(2));
        assertTrue(lines.get(3).contains("favordynmods"), this::said);
        assertEquals("0::/", lines.get(4));
        assertEquals(List.of("bpf_fs", "tracefs", "tmpfs", "tmpfs"), lines.subList(5, 9));
        assertEquals("some", lines.get(9));
    }

    @Test
    void anOlderKernelBootsToo() throws Exception {
        GuestResult result = run(GuestRun.builder().kernel(KernelChoice.parse("debian-12")), "test -e /sys/kernel/sched_ext");
        assertEquals(1, result.exitCode(), this::said);
        assertTrue(result.kernelRelease().startsWith("6.1."), result::kernelRelease);
    }

    @Test
    void outputExitCodeAndResultsComeBackAsTheyAre() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new java.util.Random(1).nextBytes(bytes);
        Files.write(folder.resolve("bytes"), bytes);
        GuestResult result = run(GuestRun.builder().add(folder.resolve("bytes"), "/opt/bytes"), """
                cat /opt/bytes
                echo to-error > /dev/stderr
                mkdir -p /results/deep/er
                echo found > /results/deep/er/file
                ln -s /etc/passwd /results/link
                sleep 1000 &
                (setsid sh -c 'while :; do sleep 0.1; done' &)
                exit 77
                """);
        assertEquals(77, result.exitCode());
        assertFalse(result.timedOut());
        assertArrayEquals(bytes, out.toByteArray());
        assertEquals("to-error\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("found\n", Files.readString(folder.resolve("results/deep/er/file")));
        assertFalse(Files.exists(folder.resolve("results/link")), "a link of the guest's must not come out");
    }

    @Test
    void theGuestIsAsItWasOrdered() throws Exception {
        Files.createDirectories(folder.resolve("tree/bin"));
        Path program = Files.writeString(folder.resolve("tree/bin/program"), "#!/bin/zsh\necho \"$GREETING from $PWD as $(id -un)\"\n");
        assertTrue(program.toFile().setExecutable(true));
        GuestRun.Builder ordered = GuestRun.builder().addTree(folder.resolve("tree"), "/opt/tree").env("GREETING", "it's \"me\"")
                .workingDirectory("/opt/tree").memoryMib(768).cpus(1).swapMib(64).kernelArguments("agentcgroup.test=1");
        GuestResult result = run(ordered, """
                bin/program
                stat -c %U:%G bin/program
                touch bin/new && nproc && grep -c agentcgroup.test=1 /proc/cmdline
                awk '/MemTotal/ { print ($2 > 600000 && $2 < 786432) } /SwapTotal/ { print $2 }' /proc/meminfo
                setpriv --reuid agent --regid agent --clear-groups touch /opt/tree/bin/refused /home/agent/allowed
                ls /home/agent
                "$JAVA_HOME/bin/java" -version 2>&1 | grep -c build
                echo 'int main(void) { return 0; }' > /tmp/a.c && gcc -o /tmp/a /tmp/a.c && /tmp/a && git --version | wc -l
                """);
        assertEquals(0, result.exitCode(), this::said);
        assertEquals("it's \"me\" from /opt/tree as root\nroot:root\n1\n1\n1\n65532\nallowed\n2\n1\n", out.toString(StandardCharsets.UTF_8),
                this::said);
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("Permission denied"), this::said);
    }

    @Test
    void aCommandWhoseTimeIsUpIsEndedAndWhatItLeftComesBack() throws Exception {
        GuestResult result = run(GuestRun.builder().timeout(Duration.ofSeconds(10)),
                "trap '' TERM; echo started; echo half > /results/half; sleep 1000 & wait");
        assertTrue(result.timedOut());
        assertEquals(GuestResult.TIMED_OUT, result.exitCode());
        assertEquals("started\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("half\n", Files.readString(folder.resolve("results/half")));
    }

    @Test
    void aKernelThatPanicsIsQuoted() {
        GuestException died = assertThrows(GuestException.class,
                () -> run(GuestRun.builder(), "echo c > /proc/sysrq-trigger; sleep 60"));
        assertTrue(died.getMessage().startsWith(
                "The guest died before the command ended: Kernel panic - not syncing: sysrq triggered crash"), died::getMessage);
    }

    /** Even SIGKILL of the program that runs the guest ends the machine. */
    @Test
    void noMachineOutlivesItsProgram() throws Exception {
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp", System.getProperty("java.class.path"), Endless.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader reader = program.inputReader()) {
            assertEquals("running", reader.readLine());
            ProcessHandle machine = program.descendants().findFirst().orElseThrow();
            program.destroyForcibly();
            machine.onExit().get(10, TimeUnit.SECONDS);
        } finally {
            program.destroyForcibly();
        }
    }

    /** Runs a guest that never ends by itself. */
    static final class Endless {

        private Endless() {
        }

        public static void main(String[] arguments) throws Exception {
            GuestRun.builder().build().run(List.of("sh", "-c", "echo running; sleep 1000"), System.out, System.err, null);
        }
    }

    private GuestResult run(GuestRun.Builder guest, String script) throws IOException, InterruptedException {
        return guest.build().run(List.of("bash", "-c", script), out, err, folder.resolve("results"));
    }

    private String said() {
        return "out:\n" + out.toString(StandardCharsets.UTF_8) + "err:\n" + err.toString(StandardCharsets.UTF_8);
    }
}
