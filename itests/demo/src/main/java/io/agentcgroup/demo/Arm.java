package io.agentcgroup.demo;

import io.agentcgroup.harness.ControlGroup;
import java.io.IOException;
import java.util.List;

/** One way of running the agents. Closing it removes all it made. */
interface Arm extends AutoCloseable {

    /** {@code off} or {@code on}. */
    String name();

    /** What exactly that is, in a sentence. */
    String meaning();

    /** An agent in its session, ready to be started. */
    ProcessBuilder agent(AgentSpec agent, List<String> command) throws IOException;

    /** The cgroup of an agent and all its calls. */
    ControlGroup session(AgentSpec agent, long agentPid) throws IOException;

    /** Called when an agent's process is gone: what its end means for the rest of its session. */
    void agentGone(AgentSpec agent) throws IOException;

    /** The calls with what the kernel counted for each, where anybody can know; to be asked when all agents are gone. */
    List<CallResult> evidence(AgentSpec agent, List<CallResult> calls) throws IOException;

    @Override
    void close() throws IOException;
}
