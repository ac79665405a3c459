package io.agentcgroup.cli;

/** A command failed; the message is one sentence for whoever typed it. Exit code 1. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
