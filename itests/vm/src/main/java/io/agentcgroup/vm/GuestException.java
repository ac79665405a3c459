package io.agentcgroup.vm;

import java.io.IOException;

/**
 * The guest could not be prepared, booted or heard to its end. The message is one sentence (or a sentence followed by the
 * last lines of the guest's console) that says what is missing and what to do about it; it is meant to be shown as it is.
 */
public class GuestException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message one clear sentence */
    public GuestException(String message) {
        super(message);
    }

    /**
     * @param message one clear sentence
     * @param cause what went wrong underneath
     */
    public GuestException(String message, Throwable cause) {
        super(message, cause);
    }
}
