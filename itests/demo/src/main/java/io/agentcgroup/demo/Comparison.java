package io.agentcgroup.demo;

import io.agentcgroup.demo.CallResult.State;
import io.agentcgroup.cli.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The arms side by side, for people. */
final class Comparison {

    /** As much of a command as says which one it is. */
    private static final int COMMAND_CHARACTERS = 56;

    private static final String UNKNOWN = "-";

    private Comparison() {
    }

    static String text(List<ArmResult> arms) {
        StringBuilder text = new StringBuilder();
        for (ArmResult arm : arms) {
            text.append('\n').append(arm.name().toUpperCase(Locale.ROOT)).append(": ").append(arm.meaning()).append("\n\n")
                    .append(sessions(arm)).append('\n').append(calls(arm)).append(feedback(arm));
        }
        text.append('\n');
        arms.forEach(arm -> text.append(verdict(arm)).append('\n'));
        return text.toString();
    }

    private static Table sessions(ArmResult arm) {
        Table table = new Table("session", "priority", "agent", "calls", "killed", "innocent failed", "never run", "time", "peak");
        for (SessionResult session : arm.sessions()) {
            table.row(session.agent().name(), session.agent().priority().name().toLowerCase(Locale.ROOT),
                    session.alive() ? "alive" : "DEAD", Long.toString(session.callsStarted()),
                    Long.toString(session.calls().stream().filter(CallResult::killed).count()),
                    Long.toString(session.innocentCallsFailed()), Long.toString(session.callsNotReached()),
                    seconds(OptionalDouble.of(session.durationS())), mebibytes(session.figures().memoryPeakBytes()));
        }
        return table;
    }

    private static Table calls(ArmResult arm) {
        Table table = new Table("session", "call", "guilty", "peak", "time", "command", "end");
        for (SessionResult session : arm.sessions()) {
            for (CallResult call : session.calls()) {
                table.row(session.agent().name(), call.step().id(), call.step().innocent() ? "" : "yes",
                        mebibytes(call.evidence().map(Evidence::peakBytes).orElse(OptionalLong.empty())), seconds(call.durationS()),
                        shortened(call.step().command()), end(call));
            }
        }
        return table;
    }

    private static String end(CallResult call) {
        String end = call.end();
        Optional<Evidence> evidence = call.evidence();
        if (evidence.isPresent() && !evidence.get().hadDomain()) {
            end += ", without a domain";
        }
        if (evidence.isPresent() && evidence.get().oomKill()) {
            end = "out of memory, " + end;
        }
        if (evidence.isPresent() && evidence.get().leftovers().orElse(0) > 0) {
            end += ", left " + evidence.get().leftovers().getAsInt() + " running";
        }
        return call.step().innocent() && call.state() != State.NOT_REACHED && call.failed() ? end + "  <-- INNOCENT" : end;
    }

    private static String feedback(ArmResult arm) {
        StringBuilder text = new StringBuilder();
        for (SessionResult session : arm.sessions()) {
            for (CallResult call : session.calls()) {
                for (String line : call.feedback()) {
                    text.append("  ").append(session.agent().name()).append(" read: ").append(line).append('\n');
                }
            }
        }
        return text.isEmpty() ? "" : "\n" + text;
    }

    private static String verdict(ArmResult arm) {
        return String.format(Locale.ROOT, "%-3s  %d of %d agents dead, %d innocent calls failed, %d never run", arm.name(),
                arm.agentsDead(), arm.sessions().size(), arm.innocentCallsFailed(), arm.innocentCallsNeverRun());
    }

    private static String shortened(String command) {
        return command.length() <= COMMAND_CHARACTERS ? command : command.substring(0, COMMAND_CHARACTERS - 3) + "...";
    }

    private static String mebibytes(OptionalLong bytes) {
        return bytes.isPresent() ? String.format(Locale.ROOT, "%.1f MiB", bytes.getAsLong() / 1048576.0) : UNKNOWN;
    }

    private static String seconds(OptionalDouble time) {
        return time.isPresent() ? String.format(Locale.ROOT, "%.1f s", time.getAsDouble()) : UNKNOWN;
    }
}
