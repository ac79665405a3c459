package io.agentcgroup.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.agentcgroup.cli.spi.Subcommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VmCommandTest {

    private final StringWriter said = new StringWriter();

    @Test
    void isFoundByTheCommandLine() {
        assertTrue(ServiceLoader.load(Subcommand.class).stream().anyMatch(found -> found.type() == VmCommand.class));
    }

    @Test
    void showsItsOptions() {
        CommandLine line = new CommandLine(new VmCommand());
        line.setOut(new PrintWriter(said));
        assertEquals(0, line.execute("--help"));
        assertTrue(said.toString().contains("--kernel") && said.toString().contains("--results"), said.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--memory=lots -- true", "--put=nowhere -- true", "--env==x -- true", "--smp=two -- true", "--bare"})
    void refusesWhatCannotBeMeantAsAUsageError(String arguments) {
        CommandLine line = new CommandLine(new VmCommand());
        line.setErr(new PrintWriter(said));
        assertEquals(CommandLine.ExitCode.USAGE, line.execute(arguments.split(" ")));
    }
}
