package io.agentcgroup.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** The C program answers the first two itself; the last is picocli's own and takes anything. */
    private static final Set<String> NOT_OURS = Set.of("run", "exec", "help");

    static Stream<String> commands() {
        return Main.commandLine().getSubcommands().keySet().stream().filter(name -> !NOT_OURS.contains(name));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHelps(String command) {
        assertEquals(0, execute(command, "--help"));
        assertTrue(out.toString().contains("Usage: agentcgroup " + command), out.toString());
    }

    @Test
    void commandsBelowCommandsHelpToo() {
        for (String line : List.of("session change", "session close", "policy list", "policy use", "policy reset", "policy roll-back")) {
            assertEquals(0, execute((line + " --help").split(" ")));
            assertTrue(out.toString().contains("Usage: agentcgroup " + line), out.toString());
        }
    }

    @Test
    void aSentenceOfAFooterIsBrokenWhereTheHelpIsFullNotWhereTheSourceIs() {
        assertEquals(0, execute("new", "--help"));
        assertTrue(out.toString().contains("it decides the next call, and"), out.toString());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void anUnknownOptionIsAUsageError(String command) {
        assertEquals(2, execute(command, "--no-such-option"));
    }

    @Test
    void noCommandOrAnUnknownOneIsAUsageError() {
        assertEquals(2, execute());
        assertEquals(2, execute("fly"));
        assertEquals(2, execute("session"));
        assertEquals(2, execute("session", "change", "one"));
        assertEquals(2, execute("policy", "like", "fixed"));
        assertEquals(2, execute("policy", "use"));
        assertEquals(2, execute("gogo", "agentcgroup:journal", "-n", "5"));
    }

    @Test
    void aFailureIsOneSentenceAndExitCodeOne() {
        assertEquals(1, execute("sessions"));
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    private int execute(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
