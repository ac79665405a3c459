package io.agentcgroup.cli.command;

import io.agentcgroup.cli.CommandException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The terminal as a screen that is drawn anew, and keys without Enter. Closing it, and any end of the program, gives the terminal
 * back as it was.
 */
final class Terminal implements AutoCloseable {

    private static final String ESC = "\u001b[";
    private static final String ENTER = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";
    private static final String LEAVE = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";
    private static final String DEVICES = "/dev/(pts/\\d+|tty\\w*|console)";
    private static final int USUAL_ROWS = 24;
    private static final int USUAL_COLUMNS = 80;

    private final PrintStream out;
    private final String before;
    private final AtomicBoolean given = new AtomicBoolean();

    /** @param keyAtMostTenths how long {@link #key} waits, in tenths of a second, 1 to 255 */
    Terminal(PrintStream out, int keyAtMostTenths) {
        this.out = out;
        before = stty("-g");
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "agentcgroup-terminal"));
        // The kernel's own time limit on a read; and no stop by Ctrl-Z, which would leave the terminal like this.
        stty("-icanon", "-echo", "susp", "undef", "min", "0", "time", Integer.toString(keyAtMostTenths));
        out.print(ENTER);
    }

    /** @return whether somebody sits in front of this program */
    static boolean isThere() {
        return isTerminal("/proc/self/fd/0") && isTerminal("/proc/self/fd/1");
    }

    private static boolean isTerminal(String descriptor) {
        try {
            return Files.readSymbolicLink(Path.of(descriptor)).toString().matches(DEVICES);
        } catch (IOException e) {
            return false;
        }
    }

    void draw(List<TopPicture.Line> lines) {
        int[] size = size();
        StringBuilder screen = new StringBuilder(ESC + "H");
        // The last line stays free: a line end in it would move all others up.
        int most = Math.max(1, size[0] - 1);
        boolean all = lines.size() <= most;
        for (TopPicture.Line line : all ? lines : lines.subList(0, most - 1)) {
            screen.append(colour(line.mark())).append(cut(line.text(), size[1])).append(ESC + "0m" + ESC + "K\r\n");
        }
        if (!all) {
            screen.append("... and ").append(lines.size() - most + 1).append(" lines more, for which there is no room").append(ESC + "K\r\n");
        }
        out.print(screen + ESC + "J");
        out.flush();
    }

    private static String colour(TopPicture.Mark mark) {
        return switch (mark) {
            case NONE -> "";
            case HEAD -> ESC + "7m";
            case HELD -> ESC + "33m";
            case FULL -> ESC + "31m";
        };
    }

    private static String cut(String text, int columns) {
        return text.codePointCount(0, text.length()) <= columns ? text : text.substring(0, text.offsetByCodePoints(0, columns));
    }

    /** @return the key that was pressed, -1 if none was in time */
    int key() throws IOException {
        return System.in.read();
    }

    /** @return rows and columns */
    private static int[] size() {
        String[] words = stty("size").split(" ");
        int[] size = {USUAL_ROWS, USUAL_COLUMNS};
        // One that does not know its size says 0.
        for (int i = 0; i < 2 && words.length == 2; i++) {
            size[i] = words[i].matches("[1-9]\\d{0,3}") ? Integer.parseInt(words[i]) : size[i];
        }
        return size;
    }

    private static String stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new CommandException("the terminal cannot be used: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new CommandException("the terminal cannot be used: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (given.compareAndSet(false, true)) {
            out.print(LEAVE);
            out.flush();
            stty(before);
        }
    }
}
