package io.agentcgroup.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run, ready to be done again: an agent and its calls, in files. The agent starts each call as {@code bash -c COMMAND} found
 * by {@code PATH}, as agents do, so whatever stands in for bash sees the command that was recorded. The command itself is
 * never run: its first line makes the replayer take the shell's place, or ends the shell.
 */
public final class Workload {

    /** What the agent says when it is ready for {@link Gate#LINE}. */
    public static final String READY = "ready";

    /** Where a call finds what takes its place. */
    private static final String VARIABLE = "AGENTCGROUP_REPLAY";

    /** POSIX shells leave if the file cannot be read; bash would go on with the recorded command. */
    private static final String FIRST_LINE = ". \"$" + VARIABLE + "\" || exit 127\n";

    private static final String HINT_VARIABLE = "AGENT_RESOURCE_HINT";
    private static final long MIB = 1L << 20;

    /** When the agent begins. */
    public enum Gate {
        /** At once. */
        OPEN,
        /** It says {@link #READY}, and waits for a line on its standard input. */
        LINE
    }

    private final Path folder;
    private final ReplayProgram program;
    private final int calls;

    private Workload(Path folder, ReplayProgram program, int calls) {
        this.folder = folder;
        this.program = program;
        this.calls = calls;
    }

    /** The whole run by one process, which is the agent too. */
    public static Workload oneProcess(Path folder, ReplayProgram program, Trace trace, Scale scale) throws IOException {
        Workload workload = new Workload(folder, program, 0);
        Files.writeString(workload.file("agent", "plan"), Curve.plan(trace, scale).toString());
        return workload;
    }

    /** The whole run by one call of an agent that has next to no memory itself. */
    public static Workload oneCall(Path folder, ReplayProgram program, Trace trace, Scale scale, Gate gate, boolean declare)
            throws IOException {
        Workload workload = new Workload(folder, program, 1);
        Plan agent = begin(gate);
        workload.call(0, Curve.plan(trace, scale), "# " + trace.name(), declare, agent);
        agent.join(0);
        Files.writeString(workload.file("agent", "plan"), agent.toString());
        return workload;
    }

    /** The agent with its base, each shell call with its burst. */
    public static Workload agentWithCalls(Path folder, ReplayProgram program, Trace trace, Scale scale, Gate gate, boolean declare)
            throws IOException {
        Workload workload = new Workload(folder, program, trace.calls().size());
        CallsSplit split = CallsSplit.of(trace);
        Plan agent = begin(gate).hold(split.baseBytes() + scale.extraBytes());
        double atS = trace.startS();
        for (CallsSplit.Step step : split.steps()) {
            if (step.what() == CallsSplit.What.END) {
                // The call itself takes that time, or longer.
                agent.join(step.call());
            } else {
                agent.waitUs(scale.waitUs(step.atS() - atS));
                if (step.what() == CallsSplit.What.HOLD) {
                    agent.hold(step.bytes() + scale.extraBytes());
                } else {
                    CallsSplit.Burst burst = split.bursts().get(step.call());
                    workload.call(step.call(), burst(burst, scale), burst.call().command(), declare, agent);
                }
            }
            atS = step.atS();
        }
        Files.writeString(workload.file("agent", "plan"), agent.toString());
        return workload;
    }

    private static Plan begin(Gate gate) {
        return gate == Gate.LINE ? new Plan().say(READY).await() : new Plan();
    }

    private static Plan burst(CallsSplit.Burst burst, Scale scale) {
        Plan plan = new Plan();
        double atS = burst.call().startS();
        for (Trace.Sample sample : burst.samples()) {
            plan.waitUs(scale.waitUs(sample.atS() - atS)).hold(sample.bytes());
            atS = sample.atS();
        }
        return plan.waitUs(scale.waitUs(burst.call().endS() - atS));
    }

    /** Writes what a call needs, and lets the agent start it. */
    private void call(int number, Plan plan, String command, boolean declare, Plan agent) throws IOException {
        String name = "call-" + number;
        Files.writeString(file(name, "plan"), plan.toString());
        Path script = file(name, "sh");
        // Our own names: nothing in them needs more quoting than this.
        Files.writeString(script, "exec '" + String.join("' '", program.command(file(name, "plan"), file(name, "log"))) + "'\n");
        agent.set(VARIABLE, script.toString());
        if (declare) {
            agent.set(HINT_VARIABLE, "memory:" + Math.max(1, (plan.largestBytes() + MIB - 1) / MIB) + "m");
        }
        agent.start(number, List.of("bash", "-c", FIRST_LINE + command));
    }

    private Path file(String name, String ending) {
        return folder.resolve(name + "." + ending);
    }

    /** The agent's program, to be started as it is or in a session. */
    public List<String> command() {
        return program.command(file("agent", "plan"), file("agent", "log"));
    }

    /** How many calls the agent makes if it gets to its end. */
    public int calls() {
        return calls;
    }

    public Recording agentRecording() throws IOException {
        return Recording.read(file("agent", "log"));
    }

    /** @return what the agent and its calls allocated, in no order */
    public List<Recording.Allocation> allocations() throws IOException {
        List<Recording.Allocation> all = new ArrayList<>(agentRecording().allocations());
        for (int call = 0; call < calls; call++) {
            all.addAll(Recording.read(file("call-" + call, "log")).allocations());
        }
        return all;
    }
}
