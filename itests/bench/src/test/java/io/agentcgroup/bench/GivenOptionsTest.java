package io.agentcgroup.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

class GivenOptionsTest {

    private List<String> given;

    @Command(name = "some")
    private final class Some implements Runnable {

        @Spec
        private CommandSpec spec;

        @Option(names = "--json")
        private String json;

        @Option(names = "--loud")
        private boolean loud;

        @Option(names = "--quick")
        private boolean quick;

        @Option(names = {"-n", "--number"}, defaultValue = "7")
        private int number;

        @Option(names = "--arms", split = ",")
        private List<String> arms;

        @Option(names = "--set")
        private List<String> set;

        @Override
        public void run() {
            given = GivenOptions.of(spec, Set.of("--json"));
        }
    }

    @Test
    void whatWasWrittenIsWrittenAgain() {
        assertEquals(0, new CommandLine(new Some()).execute("--json", "f", "--loud", "-n", "8", "--arms", "a,b", "--set", "x=1", "--set=y=2"));
        assertEquals(Set.of("--loud", "--number=8", "--arms=a,b", "--set=x=1", "--set=y=2"), Set.copyOf(given));
        assertEquals(5, given.size());
    }

    @Test
    void defaultsAreLeftOut() {
        assertEquals(0, new CommandLine(new Some()).execute("--json=f"));
        assertEquals(List.of(), given);
    }

    @Test
    void everyBenchmarkCanWriteItsResultAsData() {
        new CommandLine(new BenchCommand()).getSubcommands()
                .forEach((name, command) -> assertNotNull(command.getCommandSpec().findOption("--json"), name));
    }
}
