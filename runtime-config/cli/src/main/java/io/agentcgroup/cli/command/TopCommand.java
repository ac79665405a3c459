package io.agentcgroup.cli.command;

import io.agentcgroup.cli.CommandException;
import io.agentcgroup.cli.Place;
import io.agentcgroup.cli.command.TopPicture.Line;
import io.agentcgroup.cli.command.TopPicture.Mark;
import io.agentcgroup.cli.command.TopPicture.Order;
import io.agentcgroup.cli.control.ControlClient;
import io.agentcgroup.cli.spi.Subcommand;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code agentcgroup top}. */
@Command(name = "top", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Show sessions and calls as they are now, again and again.",
        footer = {"", "Keys: m sorts by memory, c by CPU, q ends, any other draws at once. Yellow is held back or waits, red is near its limit.",
            "CPU is in cores; STALL is the share of time in which some task waited for memory.",
            "What is piped gets one picture, or as many as --count says, as plain text."})
public final class TopCommand implements Subcommand, Callable<Integer> {

    /** What rates are taken over before the first picture. */
    private static final long FIRST_MS = 500;
    private static final int TENTHS = 10;
    private static final double DELAY_LEAST_S = 0.2;
    /** A terminal's own clock knows no more than 25.5 s. */
    private static final double DELAY_MOST_S = 25;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-d", "--delay"}, paramLabel = "SECONDS", defaultValue = "1", description = "Time between two pictures, 0.2 to 25. Default: ${DEFAULT-VALUE}.")
    private double delayS;

    @Option(names = {"-n", "--count"}, paramLabel = "N", defaultValue = "0", description = "Print so many pictures as plain text, then end.")
    private int count;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(delayS >= DELAY_LEAST_S && delayS <= DELAY_MOST_S) || count < 0) {
            throw new ParameterException(spec.commandLine(), "--delay is " + DELAY_LEAST_S + " to " + DELAY_MOST_S + ", --count 1 or more");
        }
        ControlClient daemon = Place.current().control();
        TopMoment first = TopMoment.now(daemon);
        // Nobody tells when time has passed.
        TimeUnit.MILLISECONDS.sleep(Math.min(FIRST_MS, (long) (delayS * TimeUnit.SECONDS.toMillis(1))));
        if (count > 0 || !Terminal.isThere()) {
            print(daemon, first);
        } else {
            watch(daemon, first);
        }
        return 0;
    }

    private void print(ControlClient daemon, TopMoment first) throws InterruptedException {
        TopMoment before = first;
        for (int i = 0; i < Math.max(1, count); i++) {
            if (i > 0) {
                TimeUnit.MILLISECONDS.sleep((long) (delayS * TimeUnit.SECONDS.toMillis(1)));
                System.out.println();
            }
            TopMoment now = TopMoment.now(daemon);
            TopPicture.of(before, now, Order.MEMORY).forEach(line -> System.out.println(line.text()));
            before = now;
        }
    }

    private void watch(ControlClient daemon, TopMoment first) throws IOException {
        TopMoment before = first;
        Order order = Order.MEMORY;
        try (Terminal terminal = new Terminal(System.out, (int) Math.ceil(delayS * TENTHS))) {
            for (int key = -1; key != 'q'; key = terminal.key()) {
                order = key == 'm' ? Order.MEMORY : key == 'c' ? Order.CPU : order;
                try {
                    TopMoment now = TopMoment.now(daemon);
                    terminal.draw(TopPicture.of(before, now, order));
                    before = now;
                } catch (CommandException e) {
                    // A daemon that is started anew is back in a moment, and agents and calls go on meanwhile.
                    terminal.draw(List.of(new Line(e.getMessage(), Mark.FULL)));
                }
            }
        }
    }
}
