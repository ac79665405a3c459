package io.agentcgroup.bench.density;

import java.io.IOException;
import java.util.List;

/** Where the sessions of an arm run, one step after the other. Nothing is left of it when it is closed. */
interface Stage extends AutoCloseable {

    /** @return the session's agent, ready to be started */
    ProcessBuilder agent(Member member, List<String> command) throws IOException;

    /** @return the appliance's tier; null without an appliance */
    String tier();

    /** Ends whatever still runs: the step's time is up, or it is over. */
    void clear() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
