package io.agentcgroup.bench.isolation;

import java.io.IOException;
import java.util.List;

/** Where one run takes place. Nothing is left of it when it is closed, whatever still ran. */
interface Stage extends AutoCloseable {

    /** @return the session's agent, ready to be started */
    ProcessBuilder agent(Load.Member member, List<String> command) throws IOException;

    /**
     * What the kernel and the appliance counted, when all sessions are over.
     *
     * @param calls how many calls the agents have made
     */
    Evidence evidence(int calls) throws IOException, InterruptedException;

    /** Ends all sessions: their time is up. */
    void endAll() throws IOException;

    @Override
    void close() throws IOException;
}
