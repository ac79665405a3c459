package io.agentcgroup.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.cli.spi.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code agentcgroup gogo COMMAND}. */
@Command(name = "gogo", mixinStandardHelpOptions = true,
        description = "Run a command of the OSGi container's shell, Gogo, in the daemon. Without a command, run each line of the standard input.",
        footer = {"", "help lists the commands; ours are agentcgroup:sessions, calls, journal, explain, end, policies, policy, doctor.",
            "Each line is a session of its own and has 10 s."})
public final class GogoCommand implements Subcommand, Callable<Integer> {

    private static final String PROMPT = "g! ";

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "One argument: quote it, as in 'agentcgroup:journal -n 5'.")
    private String command;

    @Override
    public Integer call() throws IOException {
        ControlClient control = Place.current().control();
        return (command == null ? runLines(control) : run(control, command)) ? 0 : 1;
    }

    /** A line that fails does not keep the next one from running: whoever types would have to begin anew. */
    private static boolean runLines(ControlClient control) throws IOException {
        boolean prompts = Terminal.isThere();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean well = true;
        while (true) {
            if (prompts) {
                System.out.print(PROMPT);
                System.out.flush();
            }
            String line = lines.readLine();
            if (line == null) {
                return well;
            }
            well &= line.isBlank() || run(control, line);
        }
    }

    /** @return whether it succeeded */
    private static boolean run(ControlClient control, String line) {
        Map<String, Object> reply;
        try {
            reply = control.ask("gogo", Map.of("command", line));
        } catch (CommandException e) {
            return failed(e.getMessage());
        }
        System.out.print(Replies.lines(reply.get("out")));
        System.out.flush();
        System.err.print(Replies.lines(reply.get("err")));
        return reply.get("failure") == null || failed(reply.get("failure"));
    }

    private static boolean failed(Object why) {
        System.err.print(Replies.lines("agentcgroup: " + why));
        return false;
    }
}
