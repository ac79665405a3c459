package io.agentcgroup.intent.rules.internal;

/** A rules file that cannot be used; the message names line and reason. */
final class RulesException extends Exception {

    private static final long serialVersionUID = 1L;

    RulesException(String message) {
        super(message);
    }

    RulesException(int line, String reason) {
        super("line " + line + ": " + reason);
    }
}
