package io.agentcgroup.api.engine;

/** A call gets no domain; the message says why, in a sentence for the agent. The command is to run all the same. */
public class CallRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    public CallRefusedException(String message) {
        super(message);
    }
}
