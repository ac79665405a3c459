package io.agentcgroup.redaction.internal;

/** A rule cannot be used; the message names it and says why. */
final class RuleException extends Exception {

    private static final long serialVersionUID = 1L;

    RuleException(String message) {
        super(message);
    }
}
