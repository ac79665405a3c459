package io.agentcgroup.console.internal;

/** Something cannot be shown or done at the moment; the message is for whoever looks at the page. */
final class NotNowException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotNowException(String message) {
        super(message);
    }
}
