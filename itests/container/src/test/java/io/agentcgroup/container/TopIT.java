package io.agentcgroup.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live view in a terminal, and piped. */
class TopIT {

    /** A terminal of 24 rows and 160 columns: what is shown goes to a file, keys come from standard input; at the end its settings, before and after. */
    private static final String IN_A_TERMINAL = """
            import fcntl, os, pty, select, struct, sys, termios
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 160, 0, 0))
            before = termios.tcgetattr(slave)
            pid = os.fork()
            if pid == 0:
                os.login_tty(slave) if hasattr(os, "login_tty") else (os.setsid(), fcntl.ioctl(slave, termios.TIOCSCTTY, 0), [os.dup2(slave, fd) for fd in (0, 1, 2)])
                os.execv(sys.argv[2], sys.argv[2:])
            watched = [master, 0]
            with open(sys.argv[1], "wb", buffering=0) as shown:
                while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                    for fd in select.select(watched, [], [], 0.1)[0]:
                        data = os.read(fd, 65536)
                        if fd == 0 and not data:
                            watched.remove(0)
                        elif fd == 0:
                            os.write(master, data)
                        else:
                            shown.write(data)
                while select.select([master], [], [], 0)[0]:
                    shown.write(os.read(master, 65536))
            print("as before" if termios.tcgetattr(slave) == before else "changed")
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """;

    private Instance instance;
    private Process agent;

    @BeforeEach
    void install() throws Exception {
        instance = new Instance();
        instance.succeed("start");
        agent = instance.command("run", "--session", "seen", "--", "/bin/sh", "-c", "bash -c \"sleep 300; : $(printf '\\033[31mred\\342\\200\\256')\"; true").start();
        Eventually.isTrue("the call runs", () -> instance.succeed("calls").out().contains("seen"));
    }

    @AfterEach
    void uninstall() throws Exception {
        agent.destroyForcibly();
        instance.close();
    }

    @Test
    void itFollowsWhatHappensUntilSomebodyPressesQAndGivesTheTerminalBack() throws Exception {
        Path shown = Files.createTempFile("acg", "top");
        ProcessBuilder top = instance.command("top", "--delay", "0.2");
        List<String> command = new ArrayList<>(List.of("python3", "-c", IN_A_TERMINAL, shown.toString()));
        command.addAll(top.command());
        Process terminal = top.command(command).redirectInput(ProcessBuilder.Redirect.PIPE).redirectErrorStream(true).start();
        try {
            Eventually.isTrue("the call is shown", () -> text(shown).contains("sleep 300"));
            instance.succeed("session", "close", "seen");
            Eventually.isTrue("its end is shown", () -> text(shown).contains("No session is open"));
            terminal.getOutputStream().write('q');
            terminal.getOutputStream().flush();
            assertTrue(terminal.waitFor(10, TimeUnit.SECONDS), "it does not end");
            assertEquals("as before", new String(terminal.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertEquals(0, terminal.exitValue());
            String said = text(shown);
            assertTrue(said.contains("\\x1b[31mred\\u202e"), said);
            assertFalse(said.contains("\u001b[31mred") || said.contains("\u202e"), "an agent's escape sequence");
            assertTrue(said.contains("\u001b[?1049h") && said.endsWith("\u001b[?1049l"), "a screen of its own");
        } finally {
            terminal.destroyForcibly();
            Files.delete(shown);
        }
    }

    @Test
    void pipedItIsPlainText() throws Exception {
        String said = instance.succeed("top").out();
        assertTrue(said.lines().anyMatch(line -> line.startsWith("seen ")), said);
        assertTrue(said.contains("sleep 300; : \\x1b[31mred\\u202e"), said);
        assertFalse(said.contains("\u001b"), "an escape sequence");
    }

    @Test
    void whatAnAgentWroteMovesNoTerminalAndNoLog() throws Exception {
        String call = String.valueOf(((Map<?, ?>) ((List<?>) instance.json("calls").get("calls")).get(0)).get("id"));
        for (List<String> command : List.of(List.of("calls"), List.of("sessions"), List.of("status"), List.of("explain", call))) {
            assertHarmless(instance.succeed(command.toArray(String[]::new)).out());
        }
        instance.succeed("end", call);
        Eventually.isTrue("the call is journalled", () -> instance.succeed("journal").out().contains(call));
        String journal = instance.succeed("journal").out();
        assertTrue(journal.contains("\\x1b[31mred\\u202e"), journal);
        assertHarmless(journal);
        assertHarmless(instance.succeed("journal", "--events").out());
        assertHarmless(instance.succeed("explain", call).out());
        assertHarmless(instance.log());
    }

    private static void assertHarmless(String said) {
        assertFalse(said.contains("\u001b") || said.contains("\u202e"), said);
    }

    private static String text(Path shown) throws Exception {
        return Files.readString(shown);
    }
}
