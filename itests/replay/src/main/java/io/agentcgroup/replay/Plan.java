package io.agentcgroup.replay;

import java.util.List;
import java.util.stream.Collectors;

/** What a {@link Replayer} is to do: the text that {@code replayer.c} reads. */
public final class Plan {

    private final StringBuilder text = new StringBuilder();
    private long largestBytes;

    /** Has so much memory from now on. */
    public Plan hold(long bytes) {
        largestBytes = Math.max(largestBytes, bytes);
        return step("hold", Long.toString(bytes));
    }

    /** Lets time pass. */
    public Plan waitUs(long microseconds) {
        return microseconds == 0 ? this : step("wait", Long.toString(microseconds));
    }

    /** Sets a variable in the environment of the calls to come. */
    public Plan set(String name, String value) {
        return step("set", name, value);
    }

    /** Starts a call. */
    public Plan start(int call, List<String> command) {
        return step("start", Integer.toString(call), command.stream().map(Plan::escaped).collect(Collectors.joining("\t")));
    }

    /** Waits for a call's end. */
    public Plan join(int call) {
        return step("join", Integer.toString(call));
    }

    /** Writes a line to standard output. */
    public Plan say(String word) {
        return step("say", word);
    }

    /** Waits for a line on standard input, or its end; from then on the record counts. */
    public Plan await() {
        text.append("await\n");
        return this;
    }

    /** @return the most memory that it holds */
    public long largestBytes() {
        return largestBytes;
    }

    /** The last word may be several, escaped already. */
    private Plan step(String... words) {
        text.append(String.join("\t", words)).append('\n');
        return this;
    }

    private static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
